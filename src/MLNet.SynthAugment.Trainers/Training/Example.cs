namespace MLNet.SynthAugment.Trainers.Training;

/// <summary>A row that a classifier is trained on or judged by.</summary>
/// <param name="Pixels">Byte [3, S, S], on the CPU.</param>
/// <param name="Label">The class, from 0.</param>
/// <param name="SoftLabel">How much the row belongs to each class, with the sum 1; null for its label's class
/// alone.</param>
/// <param name="IsSynthetic">Whether the image is synthetic.</param>
/// <param name="Weight">How much the row counts, above 0.</param>
internal sealed record Example(Tensor Pixels, int Label, float[]? SoftLabel, bool IsSynthetic, float Weight)
{
    /// <summary>The image as float32 [3, S, S], 0 to 1.</summary>
    public Tensor OpenImage()
    {
        using var values = Pixels.to(ScalarType.Float32);
        return values / Kept(255);
    }

    /// <summary>The label as a distribution over the classes, smoothed.</summary>
    public void FillTarget(Span<float> target, double smoothing)
    {
        var rest = (float)(smoothing / target.Length);
        for (var i = 0; i < target.Length; i++)
            target[i] = Share(i) * (1 - (float)smoothing) + rest;

        float Share(int of) => SoftLabel switch
        {
            { } shares => shares[of],
            null => of == Label ? 1 : 0,
        };
    }
}

/// <summary>Examples in the order of their rows, with their images in memory: 3·S² bytes each.</summary>
internal sealed class ExampleSet(IReadOnlyList<Example> examples) : IDisposable
{
    public IReadOnlyList<Example> Examples => examples;

    public void Dispose()
    {
        foreach (var example in examples)
            example.Pixels.Dispose();
    }
}
