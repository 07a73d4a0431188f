using FewShotAccuracy.Images;
using MLNet.SynthAugment.Reports;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace FewShotAccuracy.Reports;

/// <summary>Contact sheets of rows.</summary>
public static class ContactSheets
{
    /// <param name="real">The shots.</param>
    /// <param name="synthetic">The synthetic images.</param>
    /// <param name="columns">The most images of either kind in a row.</param>
    /// <returns>The sheet, classes in ordinal order from the top; disposed by the caller.</returns>
    public static Image<Rgb24> Draw(IEnumerable<ImageRow> real, IEnumerable<ImageRow> synthetic, int columns)
    {
        var synthesised = synthetic.ToLookup(row => row.Label);
        return ContactSheet.Draw([.. real.GroupBy(row => row.Label).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new ContactSheetRow(Open(group, columns), Open(synthesised[group.Key], columns)))]);
    }

    private static List<Func<Image<Rgb24>>> Open(IEnumerable<ImageRow> rows, int columns) =>
        [.. rows.Take(columns).Select(row => (Func<Image<Rgb24>>)(() => Image.Load<Rgb24>(row.ImagePath)))];
}
