using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.SynthAugment;
using MLNet.SynthAugment.Methods;
using MLNet.SynthAugment.Pretraining.StrokeCharacters;

namespace BesideMLTorchSharp;

/// <summary>A small pipeline with our step: three drawn characters, two shots each.</summary>
internal static class FewShotStep
{
    public static void Run(string folder)
    {
        var drawings = Path.Combine(folder, "drawings");
        DrawnCharacters.Draw(drawings, classes: 3, [new("train", 2), new("test", 6)]);
        var ml = new MLContext(seed: 1);
        var train = ml.Data.LoadFromEnumerable(DrawingsIn(Path.Combine(drawings, "train")));
        var test = ml.Data.LoadFromEnumerable(DrawingsIn(Path.Combine(drawings, "test")));

        var trainer = ml.MulticlassClassification.Trainers
            .LbfgsMaximumEntropy("LabelKey", "Pixels", exampleWeightColumnName: "ExampleWeight");
        var preset = ImageVariation.ForEmbeddedModel;
        var made = 0L;
        var synthesis = ml.Transforms.SynthesizeFewShot(new SynthesizeFewShotEstimator.Options
        {
            ImagesPerClass = 4,
            Method = preset with { Sampling = preset.Sampling with { Steps = 10 } },
            StoreFolder = Path.Combine(folder, "store"),
        }).WithOnFitDelegate(fitted => made = fitted.SyntheticOnly.GetRowCount()!.Value);
        var model = ml.Transforms.LoadImages("Image", "", nameof(Drawing.ImagePath))
            .Append(synthesis)
            .Append(ml.Transforms.ResizeImages("Image", 32, 32))
            .Append(ml.Transforms.ExtractPixels("Pixels", "Image", scaleImage: 1f / 255))
            .Append(ml.Transforms.Conversion.MapValueToKey("LabelKey", nameof(Drawing.Label)))
            .Append(trainer)
            .Fit(train);

        var real = train.GetColumn<string>(nameof(Drawing.Label)).Count();
        var metrics = ml.MulticlassClassification.Evaluate(model.Transform(test), "LabelKey");
        Console.WriteLine($"SynthesizeFewShot: {made} synthetic images beside {real} real ones, "
            + $"accuracy {metrics.MicroAccuracy:P0}");
    }

    private static IEnumerable<Drawing> DrawingsIn(string folder) =>
        Directory.GetFiles(folder, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => new Drawing { ImagePath = file, Label = Path.GetFileName(Path.GetDirectoryName(file)!) });

    private sealed class Drawing
    {
        public string ImagePath { get; set; } = "";

        public string Label { get; set; } = "";
    }
}
