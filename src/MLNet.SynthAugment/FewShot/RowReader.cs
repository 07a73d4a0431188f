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

/// <summary>A row of few-shot data: what it is recognised by, and what its synthetic rows take over from it.</summary>
/// <param name="Number">Which row of its view, counted from 0.</param>
/// <param name="Label">The class; null if the row has no label.</param>
/// <param name="ImageHash">
/// The hash of the image (<see cref="Shot.ImageHash"/>); null if the row has no label or no readable image.
/// </param>
internal sealed record FewShotRow(long Number, string? Label, string? ImageHash)
{
    /// <summary>The label in the type of its column; null if the row has none.</summary>
    public object? LabelValue { get; init; }

    public RowOrigin Origin { get; init; } = RowOrigin.Unknown;

    /// <summary>What <c>SourceId</c> says of the row and of the images that lean on it.</summary>
    public string SourceId => Origin.SourceId ?? Number.ToString();

    /// <summary>What tells two rows apart, wherever in a view they are.</summary>
    public (string? Label, string? ImageHash) Content => (Label, ImageHash);

    /// <summary>Whether the row has a label but no readable image; the expanded view has no such rows.</summary>
    public bool IsLeftOut => Label is not null && ImageHash is null;
}

/// <summary>
/// What the data themselves say of a row, in columns named like <c>SourceId</c> and <c>ExampleWeight</c>.
/// </summary>
/// <param name="SourceId">What the row comes from; null without such a column.</param>
/// <param name="ExampleWeight">How much the row counts; 1 without such a column.</param>
internal sealed record RowOrigin(string? SourceId, float ExampleWeight)
{
    public static readonly RowOrigin Unknown = new(null, 1);

    /// <summary>A reader of the current row.</summary>
    public static Func<RowOrigin> CreateReader(DataViewRow row, InputColumns columns)
    {
        var readSource = columns.SourceId is { } source ? row.GetGetter<ReadOnlyMemory<char>>(source) : null;
        var readWeight = columns.ExampleWeight is { } weight ? row.GetGetter<float>(weight) : null;
        if (readSource is null && readWeight is null)
            return () => Unknown;
        return () =>
        {
            ReadOnlyMemory<char> id = default;
            var value = 1f;
            readSource?.Invoke(ref id);
            readWeight?.Invoke(ref value);
            return new RowOrigin(readSource is null ? null : id.ToString(), value);
        };
    }
}
