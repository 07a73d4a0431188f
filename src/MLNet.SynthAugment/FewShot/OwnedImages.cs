using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.SynthAugment.FewShot;

/// <summary>Hands out the images of a column so that their reader owns them, whoever owned them before.</summary>
/// <remarks>
/// A getter of ML.NET's transforms is handed the image that it gave before, disposes it and makes a new one. A view
/// over objects in memory knows no such rule: it gives the very image that the object holds, and whoever disposes it,
/// as the next getter or step does, disposes the user's. Asked twice for one row, the first kind gives two images, the
/// second the same one. Of such an image a copy is handed out, and it is never handed back.
/// </remarks>
internal sealed class OwnedImages
{
    private readonly ValueGetter<MLImage> _getter;
    private bool? _areShared;

    private OwnedImages(ValueGetter<MLImage> getter) => _getter = getter;

    /// <summary>A getter of images that are the caller's, over one whose images may be somebody else's.</summary>
    public static ValueGetter<MLImage> Create(ValueGetter<MLImage> getter) => new OwnedImages(getter).Get;

    private void Get(ref MLImage value)
    {
        if (_areShared == false)
        {
            _getter(ref value);
            return;
        }
        MLImage? image = null;
        _getter(ref image!);
        if (image is not null && _areShared is null)
            image = FindOut(image);
        var owned = image is not null && _areShared == true ? MLImages.Copy(image) : image;
        value?.Dispose();
        value = owned!;
    }

    private MLImage FindOut(MLImage image)
    {
        MLImage? again = null;
        _getter(ref again!);
        _areShared = ReferenceEquals(image, again);
        if (_areShared == false)
            image.Dispose();
        return again;
    }
}
