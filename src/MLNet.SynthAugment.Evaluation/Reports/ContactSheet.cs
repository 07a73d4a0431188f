using SixLabors.ImageSharp.Processing;

namespace MLNet.SynthAugment.Evaluation.Reports;

/// <summary>
/// A picture to judge synthetic images by. Each row is a class: real images, a clear gap, synthetic images.
/// </summary>
public static class ContactSheet
{
    /// <summary>Side of an image in pixels.</summary>
    public const int Cell = 64;

    /// <summary>Pixels between images, and around all.</summary>
    public const int Margin = 2;

    /// <summary>Pixels between real and synthetic images.</summary>
    public const int Gap = 32;

    private static readonly Rgb24 s_paper = new(224, 224, 224);

    /// <summary>Draws the sheet. Images are cropped to squares.</summary>
    /// <param name="rows">The classes from the top; at least one.</param>
    /// <returns>The sheet; disposed by the caller.</returns>
    /// <exception cref="ArgumentException">There is no row.</exception>
    public static Image<Rgb24> Draw(IReadOnlyList<ContactSheetRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Count == 0)
            throw new ArgumentException("A contact sheet needs at least one class.", nameof(rows));
        var leftColumns = rows.Max(row => row.Real.Count);
        var rightColumns = rows.Max(row => row.Synthetic.Count);
        var sheet = new Image<Rgb24>(
            X(leftColumns) + Gap + (rightColumns * (Cell + Margin)), Margin + (rows.Count * (Cell + Margin)), s_paper);
        for (var row = 0; row < rows.Count; row++)
        {
            var y = Margin + (row * (Cell + Margin));
            Place(sheet, rows[row].Real, 0, y);
            Place(sheet, rows[row].Synthetic, X(leftColumns) - Margin + Gap, y);
        }
        return sheet;
    }

    private static int X(int column) => Margin + (column * (Cell + Margin));

    private static void Place(Image<Rgb24> sheet, IReadOnlyList<Func<Image<Rgb24>>> images, int offset, int y)
    {
        for (var column = 0; column < images.Count; column++)
        {
            using var image = images[column]();
            image.Mutate(context => context.Resize(
                new ResizeOptions { Size = new Size(Cell, Cell), Mode = ResizeMode.Crop }));
            Copy(image, sheet, offset + X(column), y);
        }
    }

    private static void Copy(Image<Rgb24> image, Image<Rgb24> sheet, int left, int top)
    {
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
                sheet[left + x, top + y] = image[x, y];
        }
    }
}

/// <summary>A class of a <see cref="ContactSheet"/>. Each function opens an image, which the sheet disposes.</summary>
/// <param name="Real">Real images, from the left.</param>
/// <param name="Synthetic">Synthetic images, from the left.</param>
public sealed record ContactSheetRow(
    IReadOnlyList<Func<Image<Rgb24>>> Real, IReadOnlyList<Func<Image<Rgb24>>> Synthetic);
