using MLNet.SynthAugment.Diffusion.ImageSets;
using SixLabors.ImageSharp.Processing;

namespace MLNet.SynthAugment.FewShot;

/// <summary>Reads the rows of a training view into classes of shots.</summary>
internal sealed class FewShotReader(
    InputColumns columns, ShotFolder folder, ImageDecoder decoder, ImageDecoder maskDecoder, string imageFolder,
    IReadOnlyDictionary<string, string>? classNames, Action<string> warn, CancellationToken cancellationToken)
{
    private sealed record ClassRows(object LabelValue, List<Shot> Shots);

    /// <exception cref="InvalidOperationException">There is no labelled row, or a class is left without a readable
    /// image.</exception>
    public FewShotSet Read(IDataView view)
    {
        var classes = new SortedDictionary<string, ClassRows>(StringComparer.Ordinal);
        var looks = new List<LabelledPixels>();
        var rows = new List<FewShotRow>();
        using var cursor = view.GetRowCursor(columns.All);
        var readLabel = LabelReader.Create(cursor, columns.Label);
        var readImage = ImageReader.Create(cursor, columns.Image, imageFolder, decoder);
        var readCaption = columns.Caption is { } caption ? CaptionReader.Create(cursor, caption) : () => null;
        var readMask = columns.Mask is { } mask ? ImageReader.Create(cursor, mask, imageFolder, maskDecoder) : null;
        var readOrigin = RowOrigin.CreateReader(cursor, columns);
        for (var row = 0L; cursor.MoveNext(); row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (readLabel() is not { } label)
            {
                rows.Add(new FewShotRow(row, null, null));
                continue;
            }
            var origin = readOrigin();
            string? imageHash = null;
            if (!classes.TryGetValue(label.Text, out var found))
                classes.Add(label.Text, found = new ClassRows(label.Value, []));
            try
            {
                using var image = readImage();
                var maskHash = readMask is null ? null : AddMask(readMask, image.Width, image.Height, row, label.Text);
                imageHash = folder.Add(image);
                found.Shots.Add(new Shot(row, imageHash, folder)
                { Caption = readCaption(), MaskHash = maskHash, Origin = origin });
                looks.Add(new LabelledPixels(label.Text, $"row {row}", imageHash, PixelContent.IsOneColour(image)));
            }
            catch (UnreadableImageException error)
            {
                warn($"The image of row {row} (class '{label.Text}') cannot be read and the row is left out: "
                    + $"{error.Message}.");
            }
            rows.Add(new FewShotRow(row, label.Text, imageHash) { LabelValue = label.Value, Origin = origin });
        }
        var unlabelled = rows.Count(row => row.Label is null);
        if (unlabelled > 0)
            warn($"{unlabelled} of {rows.Count} rows have no label in column '{columns.Label.Name}'; they stay in "
                + "the data but nothing is learnt from them.");
        IReadOnlyList<ShotClass> made =
            [.. Check(classes, rows.Count).Select(found => MakeClass(found.Key, found.Value))];
        var names = made.Select(found => (found.Label, found.Name));
        foreach (var fault in TeachingFaults.OfImages(looks).Concat(TeachingFaults.OfNames(names)))
            warn(fault);
        return new FewShotSet(made, rows);
    }

    private string? AddMask(Func<Image<Rgb24>> readMask, int width, int height, long row, string label)
    {
        try
        {
            using var mask = readMask();
            if ((mask.Width, mask.Height) == (width, height))
                return folder.Add(mask);
            using var resized = ImageResizing.Resize(mask, width, height, KnownResamplers.NearestNeighbor);
            return folder.Add(resized);
        }
        catch (UnreadableImageException error)
        {
            warn($"The mask of row {row} (class '{label}') cannot be read and its image is used without one: "
                + $"{error.Message}.");
            return null;
        }
    }

    private SortedDictionary<string, ClassRows> Check(SortedDictionary<string, ClassRows> classes, long rowCount)
    {
        if (classes.Count == 0)
        {
            throw new InvalidOperationException(rowCount == 0
                ? "The training data has no rows, so there is nothing to synthesise from."
                : $"No row of the training data has a label in column '{columns.Label.Name}'.");
        }
        var empty = classes.Where(found => found.Value.Shots.Count == 0).Select(found => $"'{found.Key}'").ToList();
        return empty.Count == 0
            ? classes
            : throw new InvalidOperationException(
                $"Without a readable image in column '{columns.Image.Name}': class {string.Join(", ", empty)}. "
                + "Each class needs at least one; the warnings in the log name the images and what is wrong "
                + "with them.");
    }

    private ShotClass MakeClass(string label, ClassRows rows)
    {
        var name = classNames?.GetValueOrDefault(label) ?? label;
        return new ShotClass(label, name, rows.LabelValue, [.. InOrder(rows.Shots)]);
    }

    // By content, so that the order of rows decides nothing.
    private static IEnumerable<Shot> InOrder(IEnumerable<Shot> shots) => shots
        .OrderBy(shot => shot.ImageHash, StringComparer.Ordinal)
        .ThenBy(shot => shot.Caption, StringComparer.Ordinal)
        .ThenBy(shot => shot.MaskHash, StringComparer.Ordinal)
        .ThenBy(shot => shot.Row);
}

/// <summary>What one pass over the training view found.</summary>
/// <param name="Classes">The classes, ordered by label, so that the order of rows changes nothing.</param>
/// <param name="Rows">The rows in their order.</param>
internal sealed record FewShotSet(IReadOnlyList<ShotClass> Classes, IReadOnlyList<FewShotRow> Rows);

/// <summary>Reads the caption of a cursor's row; null stands for a missing one.</summary>
internal static class CaptionReader
{
    public static Func<string?> Create(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        return () =>
        {
            ReadOnlyMemory<char> value = default;
            getter(ref value);
            var caption = value.Trim();
            return caption.IsEmpty ? null : caption.ToString();
        };
    }
}
