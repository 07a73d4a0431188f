using System.Globalization;

namespace MLNet.SynthAugment.Benchmarks.SeedSelection;

/// <summary>Prints the table.</summary>
internal static class Report
{
    public static void Print(BenchmarkResult result, int evaluations)
    {
        // What the start and the updates that were looked at make.
        var updates = evaluations - 1;
        var full = result.Measurements[0].Images;
        Console.WriteLine($"{full.Count} images, {evaluations} evaluations in full, so {updates} updates; the filter tells {result.Prototypes.Count} classes apart");
        Console.WriteLine("| start | loss at the start | after 1 | after a third | after all | lowered | updates to the full loss | accepted, start | accepted, end | cosine, end | spread in the class | s an evaluation |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var way in result.Measurements)
        {
            var images = way.Images;
            var needed = Median(images.Select((image, i) => (double)image.UpdatesTo(full[i].LossWithin(updates))));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {way.Name} | {Median(images.Select(image => image.StartLoss)):0.000} | {LossWithin(1):0.000} | {LossWithin(updates / 3):0.000} | {LossWithin(updates):0.000} | {Share(image => image.LossWithin(updates) < image.StartLoss):0.0 %} | {needed:0.#} | {Share(image => result.IsAccepted(image.ClassName, image.StartFeature)):0.0 %} | {Share(image => result.IsAccepted(image.ClassName, image.Feature)):0.0 %} | {images.Average(image => BenchmarkResult.Cosine(image.Feature, result.Prototypes[image.ClassName])):0.000} | {Spread(images):0.000} | {way.SecondsPerEvaluation:0.00} |"));

            double LossWithin(int number) => Median(images.Select(image => image.LossWithin(number)));

            double Share(Func<MeasuredImage, bool> predicate) => (double)images.Count(predicate) / images.Count;
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Of {result.ByName.Count} images from class names alone {(double)result.ByName.Count(image => result.IsAccepted(image.ClassName, image.Feature)) / result.ByName.Count:0.0 %} are accepted."));
    }

    /// <summary>Mean of 1 − cosine between images of one class.</summary>
    private static double Spread(IReadOnlyList<MeasuredImage> images) =>
        images.GroupBy(image => image.ClassName)
            .SelectMany(group => group.SelectMany((first, i) => group.Skip(i + 1).Select(second => 1 - BenchmarkResult.Cosine(first.Feature, second.Feature))))
            .DefaultIfEmpty().Average();

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
