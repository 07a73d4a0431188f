using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.SynthAugment.Tests.Pipelines;

/// <summary>
/// Scores images with saved models in a process of its own, which has ML.NET and does not load this library.
/// </summary>
public static class ScoringProcess
{
    public const string Word = "score";

    /// <param name="preparation">The saved preparation.</param>
    /// <param name="model">The saved classifier.</param>
    /// <param name="images">Paths of images.</param>
    /// <returns>The predicted label of each image, one by one, then of all of them at once.</returns>
    public static List<string> Start(string preparation, string model, IEnumerable<string> images)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(ScoringProcess).Assembly.Location, Word, preparation, model, .. images])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var labels = process.StandardOutput.ReadToEnd()
            .Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        Assert.Equal("", errors.Result);
        Assert.Equal(0, process.ExitCode);
        return [.. labels];
    }

    public static int Run(string[] arguments)
    {
        var ml = new MLContext();
        var (preparation, classifier) = (ml.Model.Load(arguments[0], out _), ml.Model.Load(arguments[1], out _));
        var model = new TransformerChain<ITransformer>(preparation, classifier, Names(ml, preparation, classifier));
        var rows = arguments[2..].Select(path => new Drawing { ImagePath = path }).ToList();
        using var engine = ml.Model.CreatePredictionEngine<Drawing, Prediction>(model);
        foreach (var row in rows)
            Console.WriteLine(engine.Predict(row).PredictedLabel);
        foreach (var label in model.Transform(ml.Data.LoadFromEnumerable(rows)).GetColumn<string>("PredictedLabel"))
            Console.WriteLine(label);
        return AppDomain.CurrentDomain.GetAssemblies().Any(assembly => assembly.GetName().Name == "MLNet.SynthAugment")
            ? 1 : 0;
    }

    private static ITransformer Names(MLContext ml, ITransformer preparation, ITransformer classifier)
    {
        var empty = ml.Data.LoadFromEnumerable(Array.Empty<Drawing>());
        return ml.Transforms.Conversion.MapKeyToValue("PredictedLabel")
            .Fit(classifier.Transform(preparation.Transform(empty)));
    }

    private sealed class Prediction
    {
        public string PredictedLabel { get; set; } = "";
    }
}
