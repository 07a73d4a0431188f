using System.Numerics;
using MLNet.SynthAugment.Pretraining.Drawings;
using MLNet.SynthAugment.Pretraining.ImageSets;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Pretraining.Checks;

/// <summary>
/// Classes that training leaves out, so that it can be seen what a model does with classes it does not know.
/// </summary>
internal sealed class HeldOutClasses(PreparedImages images, int size)
{
    /// <summary>Number of classes.</summary>
    public int Count => images.Classes.Count;

    /// <summary>All pictures of every class, class by class: [pictures, 3, size, size], −1 … 1.</summary>
    public IReadOnlyList<Tensor> Read(Device device) =>
        [.. images.Classes.Select(imageClass => Read(imageClass, device))];

    private Tensor Read(ImageClass imageClass, Device device)
    {
        var length = 3 * size * size;
        var pixels = new byte[images.Size * images.Size * 3];
        var values = new float[imageClass.Count * length];
        for (var i = 0; i < imageClass.Count; i++)
        {
            images.Read(imageClass.First + i, pixels);
            AffineWarp.Apply(pixels, images.Size, Matrix3x2.Identity, values.AsSpan(i * length, length), size);
        }
        return PictureBatch.ToTensor(values, size, device);
    }
}
