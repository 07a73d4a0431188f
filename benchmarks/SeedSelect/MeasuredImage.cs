namespace MLNet.SynthAugment.Benchmarks.SeedSelection;

/// <summary>What became of an image.</summary>
/// <param name="ClassName">Its class.</param>
/// <param name="Losses">The loss of each evaluation: of the start and after each update.</param>
/// <param name="StartFeature">CLIP feature of the start's image, of length 1.</param>
/// <param name="Feature">CLIP feature of the best image, of length 1.</param>
internal sealed record MeasuredImage(string ClassName, IReadOnlyList<double> Losses, float[] StartFeature, float[] Feature)
{
    public double StartLoss => Losses[0];

    /// <summary>The least loss within a number of updates.</summary>
    public double LossWithin(int updates) => Losses.Take(updates + 1).Min();

    /// <summary>How many updates it took to come to a loss; one more than there were if it never did.</summary>
    public int UpdatesTo(double loss)
    {
        var index = Losses.ToList().FindIndex(found => found <= loss);
        return index < 0 ? Losses.Count : index;
    }
}

/// <summary>The images of one way to start, in the order of those of the others.</summary>
/// <param name="Name">The way.</param>
/// <param name="Images">The images.</param>
/// <param name="SecondsPerEvaluation">Time of an evaluation of one image.</param>
internal sealed record Measurement(string Name, IReadOnlyList<MeasuredImage> Images, double SecondsPerEvaluation);

/// <summary>All measurements, and each class's mean CLIP feature of its shots.</summary>
/// <param name="Measurements">In full first.</param>
/// <param name="ByName">Class and CLIP feature of images made from class names alone.</param>
/// <param name="Prototypes">By class, those too of which no image is made.</param>
internal sealed record BenchmarkResult(
    IReadOnlyList<Measurement> Measurements, IReadOnlyList<(string ClassName, float[] Feature)> ByName, IReadOnlyDictionary<string, float[]> Prototypes)
{
    /// <summary>Whether a CLIP filter by shots accepts an image of the class: whether the class's mean feature is the nearest of all.</summary>
    public bool IsAccepted(string className, float[] feature) => Prototypes.MaxBy(prototype => Cosine(feature, prototype.Value)).Key == className;

    /// <summary>The cosine of two features of length 1.</summary>
    public static double Cosine(float[] first, float[] second) => first.Zip(second, (a, b) => (double)a * b).Sum();
}
