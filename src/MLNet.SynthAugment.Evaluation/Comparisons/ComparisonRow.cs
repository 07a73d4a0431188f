using Microsoft.ML.Data;
using MLNet.SynthAugment.Diffusion.Images;

namespace MLNet.SynthAugment.Evaluation.Comparisons;

/// <summary>A row of the views that are trained on and measured by.</summary>
internal sealed class ComparisonRow
{
    public string Label { get; set; } = "";

    [VectorType]
    public byte[] Image { get; set; } = [];

    /// <summary>The rows of images, each read when it is its turn.</summary>
    public static IEnumerable<ComparisonRow> Of(IEnumerable<ComparisonImage> images, ImageReading reading) =>
        images.Select(image => new ComparisonRow { Label = image.ClassName, Image = image.ReadContent(reading) });
}
