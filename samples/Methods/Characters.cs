using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.SynthAugment;
using MLNet.SynthAugment.Methods;
using MLNet.SynthAugment.Pretraining.StrokeCharacters;
using MLNet.SynthAugment.Selection;

namespace MethodSamples;

/// <summary>What every sample works on: three invented characters as five writers write them.</summary>
internal sealed class Characters
{
    private const int Classes = 3;
    private const int Writers = 5;

    private readonly MLContext _ml = new();
    private readonly IDataView _shots;

    public Characters(string output)
    {
        Output = output;
        var drawings = Path.Combine(output, "shots");
        DrawnCharacters.Draw(drawings, Classes, [new("train", Writers)]);
        _ml.Log += (_, message) =>
        {
            if (message.Kind != ChannelMessageKind.Trace && message.Source.Contains("SynthesizeFewShot", StringComparison.Ordinal))
                Console.WriteLine(message.RawMessage);
        };
        _shots = _ml.Data.LoadFromEnumerable(Directory.GetFiles(drawings, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => new Drawing { ImagePath = file, Label = Path.GetFileName(Path.GetDirectoryName(file)!) }));
    }

    /// <summary>The folder for the results.</summary>
    public string Output { get; }

    /// <summary>Makes images of the characters with a method, and writes them into a folder for each class.</summary>
    public SynthesizeFewShotTransformer Synthesize(ISynthesisMethod method, int imagesPerClass = 8, ImageSelection? selection = null)
    {
        var synthesis = _ml.Transforms.SynthesizeFewShot(new SynthesizeFewShotEstimator.Options
        {
            LabelColumnName = nameof(Drawing.Label),
            ImageColumnName = nameof(Drawing.ImagePath),
            ImagesPerClass = imagesPerClass,
            Method = method,
            Selection = selection,
            // A second run finds its images here.
            StoreFolder = Path.Combine(Output, "store"),
        }).Fit(_shots);
        var images = Path.Combine(Output, "images");
        if (Directory.Exists(images))
            Directory.Delete(images, recursive: true);
        synthesis.ExportImages(images);
        Console.WriteLine($"{synthesis.SyntheticOnly.GetRowCount()} images are in '{images}'.");
        return synthesis;
    }

    private sealed class Drawing
    {
        public string ImagePath { get; set; } = "";

        public string Label { get; set; } = "";
    }
}
