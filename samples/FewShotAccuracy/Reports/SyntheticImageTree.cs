using System.Globalization;
using FewShotAccuracy.Images;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FewShotAccuracy.Reports;

/// <summary>Writes the images of a view as <c>&lt;class&gt;/0000.png</c> …: a set that other tools, and <c>--images</c>, can read.</summary>
public static class SyntheticImageTree
{
    /// <returns>The files as rows, in the view's order.</returns>
    public static IReadOnlyList<ImageRow> Write(IDataView view, string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        var (image, label) = (view.Schema["Image"], view.Schema[nameof(ImageRow.Label)]);
        using var cursor = view.GetRowCursor([image, label]);
        var getImage = cursor.GetGetter<MLImage>(image);
        var getLabel = cursor.GetGetter<ReadOnlyMemory<char>>(label);
        MLImage pixels = null!;
        ReadOnlyMemory<char> name = default;
        var rows = new List<ImageRow>();
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        while (cursor.MoveNext())
        {
            getImage(ref pixels);
            getLabel(ref name);
            var className = name.ToString();
            var index = counts[className] = counts.GetValueOrDefault(className, -1) + 1;
            var file = Path.Combine(folder, FolderNames.For(className), index.ToString("0000", CultureInfo.InvariantCulture) + ".png");
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            pixels.Save(file);
            rows.Add(new ImageRow { ImagePath = file, Label = className });
        }
        pixels?.Dispose();
        return rows;
    }
}
