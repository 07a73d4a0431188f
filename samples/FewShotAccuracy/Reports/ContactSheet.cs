using FewShotAccuracy.Images;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace FewShotAccuracy.Reports;

/// <summary>A picture to judge synthetic images by: a row a class, real ones left, a clear gap, synthetic ones right.</summary>
public static class ContactSheet
{
    public const int Cell = 64;
    public const int Margin = 2;
    public const int Gap = 32;

    private static readonly Rgb24 s_paper = new(224, 224, 224);

    /// <param name="real">The shots.</param>
    /// <param name="synthetic">The synthetic images.</param>
    /// <param name="columns">The most images of either kind in a row.</param>
    /// <returns>The sheet, classes in ordinal order from the top; disposed by the caller.</returns>
    public static Image<Rgb24> Draw(IEnumerable<ImageRow> real, IEnumerable<ImageRow> synthetic, int columns)
    {
        var (left, right) = (FirstOfClasses(real, columns), FirstOfClasses(synthetic, columns));
        var leftColumns = left.Values.Max(images => images.Count);
        var rightColumns = right.Count == 0 ? 0 : right.Values.Max(images => images.Count);
        var sheet = new Image<Rgb24>(X(leftColumns) + Gap + (rightColumns * (Cell + Margin)), Margin + (left.Count * (Cell + Margin)), s_paper);
        var row = 0;
        foreach (var (className, images) in left.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var y = Margin + (row++ * (Cell + Margin));
            Place(sheet, images, 0, y);
            Place(sheet, right.GetValueOrDefault(className, []), X(leftColumns) - Margin + Gap, y);
        }
        return sheet;
    }

    private static int X(int column) => Margin + (column * (Cell + Margin));

    private static Dictionary<string, List<ImageRow>> FirstOfClasses(IEnumerable<ImageRow> rows, int columns) =>
        rows.GroupBy(row => row.Label).ToDictionary(group => group.Key, group => group.Take(columns).ToList());

    private static void Place(Image<Rgb24> sheet, List<ImageRow> images, int offset, int y)
    {
        for (var column = 0; column < images.Count; column++)
        {
            using var image = Image.Load<Rgb24>(images[column].ImagePath);
            image.Mutate(context => context.Resize(new ResizeOptions { Size = new Size(Cell, Cell), Mode = ResizeMode.Crop }));
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
