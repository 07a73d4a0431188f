namespace MLNet.SynthAugment.FewShot;

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
