using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.TestSupport;

/// <summary>A row with every kind of image column.</summary>
public sealed class Drawing
{
    public string Label { get; set; } = "";

    public string ImagePath { get; set; } = "";

    [VectorType]
    public byte[] Bytes { get; set; } = [];

    public float Number { get; set; }

    public uint Count { get; set; }
}

/// <summary>A row with the image in memory.</summary>
public sealed class DrawingInMemory
{
    public string Label { get; set; } = "";

    [ImageType(8, 8)]
    public MLImage Image { get; set; } = null!;
}

/// <summary>
/// Small coloured images of classes that a linear classifier can tell apart: each class is bright in its own corner.
/// </summary>
public static class Drawings
{
    public const int Size = 8;

    public static readonly string[] Classes = ["cat", "dog", "owl"];

    public static Image<Rgb24> Draw(int classNumber, int number)
    {
        var image = new Image<Rgb24>(Size, Size);
        for (var y = 0; y < Size; y++)
        {
            for (var x = 0; x < Size; x++)
            {
                var bright = x / 4 + y / 4 * 2 == classNumber;
                image[x, y] = bright ? new Rgb24(
                    (byte)(200 + number * 7 % 50), (byte)(150 + (x + number) % 60), 220)
                    : new Rgb24((byte)(number * 5 % 40), (byte)(y * 3), 10);
            }
        }
        return image;
    }

    /// <summary>
    /// Writes <c>perClass</c> images a class to the folder and returns their rows, classes taking turns.
    /// </summary>
    public static List<Drawing> Write(string folder, int perClass, int firstNumber = 0)
    {
        Directory.CreateDirectory(folder);
        var rows = new List<Drawing>();
        for (var number = firstNumber; number < firstNumber + perClass; number++)
        {
            for (var classNumber = 0; classNumber < Classes.Length; classNumber++)
            {
                var path = Path.Combine(folder, $"{Classes[classNumber]}-{number}.png");
                using (var image = Draw(classNumber, number))
                    image.SaveAsPng(path);
                rows.Add(new Drawing
                {
                    Label = Classes[classNumber],
                    ImagePath = path,
                    Bytes = File.ReadAllBytes(path),
                    Number = rows.Count,
                    Count = 7
                });
            }
        }
        return rows;
    }

    /// <summary>Loads the images, synthesises, and trains on their pixels.</summary>
    public static IEstimator<ITransformer> Pixels(this IEstimator<ITransformer> pipeline, MLContext ml) => pipeline
        .Append(ml.Transforms.ResizeImages("Image", Size, Size))
        .Append(ml.Transforms.ExtractPixels("Pixels", "Image"))
        .Append(ml.Transforms.NormalizeMinMax("Pixels"))
        .Append(ml.Transforms.Conversion.MapValueToKey("LabelKey", "Label"));
}
