using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.SynthAugment;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

// Three drawings each of discs and squares stand for your images: dotnet run --project samples/CustomMethod [OUTPUT_FOLDER]
var output = args.Length > 0 ? args[0] : "custom-method";
var rows = Enumerable.Range(0, 6).Select(i => new Drawing { Label = i % 2 == 0 ? "disc" : "square", Image = Draw(round: i % 2 == 0, radius: 7 + i) });
var ml = new MLContext(seed: 1);
ml.Log += (_, e) => { if (e.Kind != ChannelMessageKind.Trace) Console.WriteLine(e.Message); };
var transformer = ml.Transforms.SynthesizeFewShot(imagesPerClass: 8, method: new NearShots { Strength = 0.5 }).Fit(ml.Data.LoadFromEnumerable(rows));
transformer.ExportImages(output);
Console.WriteLine($"{transformer.SyntheticOnly.GetRowCount()} images are in '{output}'.");

static byte[] Draw(bool round, int radius)
{
    using var image = new Image<Rgb24>(32, 32, new Rgb24(255, 255, 255));
    for (var y = -radius; y <= radius; y++)
    {
        for (var x = -radius; x <= radius; x++)
        {
            if (!round || x * x + y * y <= radius * radius)
                image[16 + x, 16 + y] = new Rgb24(20, 20, (byte)(10 * radius));
        }
    }
    using var file = new MemoryStream();
    image.SaveAsPng(file);
    return file.ToArray();
}

internal sealed class Drawing
{
    public string Label { get; set; } = "";
    [VectorType] public byte[] Image { get; set; } = [];
}
