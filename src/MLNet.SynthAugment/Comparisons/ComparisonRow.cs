using Microsoft.ML.Data;
using MLNet.SynthAugment.Diffusion.ImageSets;

namespace MLNet.SynthAugment.Comparisons;

/// <summary>A row of the views that are trained on and measured by.</summary>
internal sealed class ComparisonRow
{
    public string Label { get; set; } = "";

    [VectorType]
    public byte[] Image { get; set; } = [];

    /// <summary>The rows of images, each read when it is its turn.</summary>
    public static IEnumerable<ComparisonRow> Of(IEnumerable<ComparisonImage> images) => images.Select(image => new ComparisonRow
    {
        Label = image.ClassName,
        Image = BoundedImageDecoder.TryRead(image.Entry, out var content, out var reason) ? content : throw new IOException($"'{image.Entry.Name}' cannot be read any more: {reason}."),
    });
}
