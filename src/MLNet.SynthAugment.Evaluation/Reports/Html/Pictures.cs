using MLNet.SynthAugment.Diffusion.ImageSets;
using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Files;
using MLNet.SynthAugment.Store;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace MLNet.SynthAugment.Evaluation.Reports.Html;

/// <summary>Puts images into the page, as long as they are not too much together.</summary>
/// <param name="limit">Bytes of all of them in the page.</param>
internal sealed class Pictures(int limit)
{
    /// <summary>Larger images are made smaller: sheets are to compare images by, not to look at one.</summary>
    public const int Side = 96;

    private int _used;

    /// <summary>A shot; empty where it is gone or there is no room.</summary>
    public Markup OfShot(ShotFolder folder, string hash, string title) => folder.FindFault(hash) is null
        ? Of(folder.Open(hash), title) : Missing(title);

    /// <summary>A synthetic image of a store; empty where there is no room.</summary>
    public Markup OfSynthetic(StoredImage stored, string storeFolder, string title) =>
        SynthesisStore.IsIntact(stored, storeFolder)
            && BoundedImageDecoder.Default.TryDecode(File.ReadAllBytes(stored.Path), out var image, out _)
                ? Of(image, title) : Missing(title);

    /// <summary>Pictures that belong together: all of them, or with too little room none.</summary>
    /// <returns>Null if there is too little room.</returns>
    public T? TryAll<T>(int share, Func<T> make)
        where T : class
    {
        var before = _used;
        var made = make();
        if (_used <= Math.Min(share, limit))
            return made;
        _used = before;
        return null;
    }

    private static Markup Missing(string title) => Markup.Of($"""<span class="gone" title="{title}">gone</span>""");

    private Markup Of(Image<Rgb24> image, string title)
    {
        using var _ = image;
        if (Math.Max(image.Width, image.Height) > Side)
            image.Mutate(context => context.Resize(
                new ResizeOptions { Size = new Size(Side, Side), Mode = ResizeMode.Max }));
        var data = Convert.ToBase64String(Png.Encode(image));
        _used += data.Length;
        return Markup.Of($"""<img src="data:image/png;base64,{Markup.Trusted(data)}" alt="{title}" title="{title}">""");
    }
}
