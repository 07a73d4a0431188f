using FewShotAccuracy.Images;

namespace FewShotAccuracy.Arms;

/// <summary>Real rows and rows made from them, weighted as <c>SynthesizeFewShot</c> weights its own.</summary>
public static class TrainingRows
{
    /// <summary>
    /// The rows with weights that make the training loss λ·mean(real) + (1−λ)·mean(made), and whose own mean is 1.
    /// </summary>
    public static IReadOnlyList<ImageRow> Combine(IReadOnlyList<ImageRow> real, IReadOnlyList<ImageRow> made, double realLossWeight)
    {
        double count = real.Count + made.Count;
        return
        [
            .. real.Select(row => Weigh(row, realLossWeight * count / real.Count)),
            .. made.Select(row => Weigh(row, (1 - realLossWeight) * count / made.Count)),
        ];
    }

    private static ImageRow Weigh(ImageRow row, double weight) => new() { ImagePath = row.ImagePath, Label = row.Label, Weight = (float)weight };
}
