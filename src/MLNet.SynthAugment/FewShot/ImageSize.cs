using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNet.SynthAugment.FewShot;

/// <summary>The size that an image column's type promises; null where images keep their own.</summary>
internal readonly record struct ImageSize(int Width, int Height)
{
    public static ImageSize? Of(DataViewType type) => type is ImageDataViewType { Width: > 0, Height: > 0 } image
        ? new ImageSize(image.Width, image.Height) : null;
}
