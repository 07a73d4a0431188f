namespace MLNet.SynthAugment.Trainers.Training;

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
