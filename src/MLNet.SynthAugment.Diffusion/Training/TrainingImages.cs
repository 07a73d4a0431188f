using MLNet.SynthAugment.Diffusion.Images;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>
/// The examples' images, brought to the model's size: shorter edge by bilinear resizing, then a square crop.
/// </summary>
internal sealed class TrainingImages : IDisposable
{
    private readonly List<Image<Rgb24>> _resized;
    private readonly int _size;

    public TrainingImages(IReadOnlyList<TrainingExample> examples, int size, TrainingCrop crop)
    {
        _size = size;
        _resized = [.. examples.Select(
            example => ImageResizing.ResizeShortestEdge(example.Image, size, KnownResamplers.Triangle))];
        CropsAreFixed = crop == TrainingCrop.Center || _resized.All(image => image.Width == image.Height);
    }

    /// <summary>Number of images.</summary>
    public int Count => _resized.Count;

    /// <summary>Whether an image gives the same square each time.</summary>
    public bool CropsAreFixed { get; }

    /// <summary>The middle square of an image.</summary>
    public Image<Rgb24> CenterSquare(int index) => ImageResizing.CenterCrop(_resized[index], _size, _size);

    /// <summary>A square of an image.</summary>
    /// <param name="index">The image.</param>
    /// <param name="position">Where along the longer edge, 0 (first) to 1 (excluded; last).</param>
    public Image<Rgb24> Square(int index, float position)
    {
        var image = _resized[index];
        int left = (int)(position * (image.Width - _size + 1)), top = (int)(position * (image.Height - _size + 1));
        return ImageResizing.Crop(image, left, top, _size, _size);
    }

    public void Dispose() => _resized.ForEach(image => image.Dispose());
}
