using Microsoft.ML;
using Microsoft.ML.TorchSharp;
using Microsoft.ML.TorchSharp.NasBert;
using TorchSharp;

namespace BesideMLTorchSharp;

/// <summary>Lets the small text trainers of Microsoft.ML.TorchSharp train for an epoch.</summary>
internal static class TextTrainers
{
    public static void Report(string folder)
    {
        // The trainers look here for their pretrained weights before they fetch them from Microsoft's server.
        var ml = new MLContext(seed: 1) { TempFilePath = folder };
        var weights = Directory.CreateDirectory(Path.Combine(folder, "mlnet")).FullName;
        SaveRandomWeights("ModelForPrediction", new TextClassificationTrainer.TextClassificationOptions(),
            Path.Combine(weights, "NasBert2000000.tsm"));
        SaveRandomWeights("NerModel", new NerTrainer.NerOptions(),
            Path.Combine(weights, "pretrained_NasBert_14M_encoder.tsm"));

        var data = ml.Data.LoadFromEnumerable(
        [
            new Text { First = "red rose", Second = "a rose", Kind = "plant", Near = 5, Words = ["colour", "plant"] },
            new Text { First = "steel saw", Second = "a lily", Kind = "tool", Near = 1, Words = ["metal", "tool"] },
        ]);
        var kinds = ml.Transforms.Conversion.MapValueToKey("Label", nameof(Text.Kind));
        var words = ml.Transforms.Conversion.MapValueToKey("Label", nameof(Text.Words));
        var trainers = ml.MulticlassClassification.Trainers;
        Train("TextClassification", data, kinds.Append(trainers
            .TextClassification(sentence1ColumnName: nameof(Text.First), maxEpochs: 1)));
        Train("SentenceSimilarity", data, ml.Regression.Trainers
            .SentenceSimilarity(nameof(Text.Near), "Score", nameof(Text.First), nameof(Text.Second), maxEpochs: 1));
        Train("NamedEntityRecognition", data, words.Append(trainers
            .NamedEntityRecognition(sentence1ColumnName: nameof(Text.First), maxEpochs: 1)));
    }

    private static void Train(string name, IDataView data, IEstimator<ITransformer> trainer)
    {
        try
        {
            trainer.Fit(data);
            Console.WriteLine($"{name}: trains");
        }
        catch (Exception exception)
        {
            Console.WriteLine($"{name}: does not train: {exception.Message}");
        }
    }

    // Whether training runs does not depend on what the numbers are.
    private static void SaveRandomWeights(string networkName, NasBertTrainer.NasBertOptions options, string file)
    {
        const int PaddingToken = 1;
        const int Tokens = 50265;
        const int Classes = 2;
        var type = typeof(TorchSharpCatalog).Assembly
            .GetType($"Microsoft.ML.TorchSharp.NasBert.Models.{networkName}", throwOnError: true)!;
        using var network = (torch.nn.Module)Activator.CreateInstance(type, options, PaddingToken, Tokens, Classes)!;
        var encoder = (torch.nn.Module)type.GetMethod("GetEncoder")!.Invoke(network, [])!;
        encoder.save(file);
    }

    private sealed class Text
    {
        public string First { get; set; } = "";

        public string Second { get; set; } = "";

        public string Kind { get; set; } = "";

        public float Near { get; set; }

        public string[] Words { get; set; } = [];
    }
}
