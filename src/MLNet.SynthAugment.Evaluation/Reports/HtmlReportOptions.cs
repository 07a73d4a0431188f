namespace MLNet.SynthAugment.Evaluation.Reports;

/// <summary>Where the pictures of an <see cref="HtmlReport"/> come from, and how many there are.</summary>
public sealed record HtmlReportOptions
{
    /// <summary>
    /// The comparison's folder: stores that are not where they were made are looked for in its <c>store</c> folder.
    /// Null for none.
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>Whether there are contact sheets and nearest shots.</summary>
    public bool ShowImages { get; init; } = true;

    /// <summary>
    /// The CLIP model that tells which shot an image is nearest to; null for that of the comparison, or else the
    /// embedded one.
    /// </summary>
    public ImageTextModel? Clip { get; init; }

    /// <summary>Where the CLIP model runs: <c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>
    /// Classes on the contact sheet of a method, at least 1. Of more, every second or third … is shown.
    /// </summary>
    public int MaxClasses { get; init; } = 12;

    /// <summary>
    /// Bytes of all pictures together, at least 0; what would be more is left out, and the report says so.
    /// </summary>
    public int MaxPictureBytes { get; init; } = 6 << 20;

    /// <summary>Takes sentences on the progress.</summary>
    public Action<string>? Log { get; init; }

    /// <exception cref="ArgumentException">An option is out of range.</exception>
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxClasses, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxPictureBytes);
    }
}
