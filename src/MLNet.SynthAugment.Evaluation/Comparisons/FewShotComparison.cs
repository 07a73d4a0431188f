using System.Diagnostics;
using MLNet.SynthAugment.Evaluation.Comparisons.Results;

namespace MLNet.SynthAugment.Evaluation.Comparisons;

/// <summary>
/// Does it help, and by how much? Trains the same classifier in the same way on the shots, with classic augmentation,
/// and with the synthetic images of several methods, for several numbers of shots and of images, over several seeds.
/// Choices are made on the set's <c>val</c> split, or without one on training images that are no shots, numbers
/// reported on its <c>test</c> split.
/// </summary>
/// <param name="options">What is compared, and how.</param>
/// <param name="log">Receives sentences on the progress.</param>
/// <param name="warn">Receives sentences that should not be missed.</param>
public sealed class FewShotComparison(ComparisonOptions options, Action<string> log, Action<string> warn)
{
    /// <summary>Runs what is not done yet.</summary>
    /// <param name="cancellationToken">Stops the work; what is finished is kept, and the same comparison goes on from
    /// there.</param>
    /// <returns>The results, also of what was done before.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="FileNotFoundException">There are no such images.</exception>
    /// <exception cref="InvalidDataException">The images make no comparison, or a result is damaged.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public ComparisonReport Run(CancellationToken cancellationToken = default)
    {
        options.Validate();
        var watch = Stopwatch.StartNew();
        log($"Reading {options.Images}.");
        var told = new HashSet<string>();
        var location = ImageSetLocation.Parse(options.Images) with { ZipEncoding = options.ZipEncoding };
        using var set = ComparisonSet.Open(location, options.Reading, log, WarnOnce, cancellationToken);
        log($"{set.Classes.Count} classes, {set.Pool.Count} images to take shots from, {set.Validation.Count} to "
            + $"choose by, {set.TestImages.Count} to report on.");
        if (set.Validation.Count == 0)
            WarnOnce("The set has no val split: choices are made by the training images that are no shots; where a "
                + "class has none left, nothing is chosen and every amount is reported.");
        var run = new ComparisonRun(options, set, new ComparisonKeys(options), log, WarnOnce);
        var (runs, syntheses) = (new List<ArmResult>(), new List<SynthesisResult>());
        foreach (var shots in options.Shots.Distinct().Order())
        {
            for (var seed = 1; seed <= options.Seeds; seed++)
            {
                var (ofSeed, made) = new SeedComparison(run, shots, seed, cancellationToken).Run();
                runs.AddRange(ofSeed);
                syntheses.AddRange(made);
            }
        }
        return ComparisonReport.Create(options, set, runs, syntheses, watch.Elapsed);

        // Each seed would say the same.
        void WarnOnce(string sentence)
        {
            if (told.Add(sentence))
                warn(sentence);
        }
    }
}
