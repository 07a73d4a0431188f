using Microsoft.ML;
using MLNet.SynthAugment.Diffusion.Images;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.FewShot;

/// <summary>Reads the rows of views for what they are recognised by, on any thread; keeps no image.</summary>
/// <param name="names">The columns.</param>
/// <param name="imageFolder">The folder that relative paths start from.</param>
/// <param name="createDecoder">Makes a decoder for one pass: decoders count what they meet.</param>
internal sealed class RowReader(InputColumnNames names, string imageFolder, Func<ImageDecoder> createDecoder)
{
    /// <summary>The rows in their order, each read when it is asked for.</summary>
    /// <exception cref="ArgumentException">A column is missing or of an unsupported type; thrown at once.</exception>
    public IEnumerable<FewShotRow> Read(IDataView view) => Read(view, InputColumns.Find(view.Schema, names));

    private IEnumerable<FewShotRow> Read(IDataView view, InputColumns columns)
    {
        using var cursor = view.GetRowCursor(columns.All);
        var readLabel = LabelReader.Create(cursor, columns.Label);
        var readImage = ImageReader.Create(cursor, columns.Image, imageFolder, createDecoder());
        var readOrigin = RowOrigin.CreateReader(cursor, columns);
        for (var number = 0L; cursor.MoveNext(); number++)
        {
            if (readLabel() is not { } label)
            {
                yield return new FewShotRow(number, null, null);
                continue;
            }
            yield return new FewShotRow(number, label.Text, HashImage(readImage))
            {
                LabelValue = label.Value,
                Origin = readOrigin(),
            };
        }
    }

    private static string? HashImage(Func<Image<Rgb24>> readImage)
    {
        try
        {
            using var image = readImage();
            return PixelContent.Hash(image);
        }
        catch (UnreadableImageException)
        {
            return null;
        }
    }
}
