namespace MLNet.SynthAugment.FewShot;

/// <summary>One real image of a class: an example the synthesis may learn from.</summary>
public sealed class Shot
{
    private readonly ShotFolder _folder;

    internal Shot(long row, string imageHash, ShotFolder folder)
    {
        Row = row;
        ImageHash = imageHash;
        _folder = folder;
    }

    /// <summary>The row of the training view the image came from, counted from 0.</summary>
    public long Row { get; }

    /// <summary>SHA-256 (lower-case hexadecimal) of the image's size and RGB pixels.</summary>
    public string ImageHash { get; }

    /// <summary>
    /// What the image shows, from <see cref="SynthesizeFewShotEstimator.Options.CaptionColumnName"/>; null if the row
    /// has no caption.
    /// </summary>
    public string? Caption { get; internal init; }

    /// <summary>
    /// The hash of the mask's pixels, as <see cref="ImageHash"/>; null if the row has no readable mask.
    /// </summary>
    public string? MaskHash { get; internal init; }

    /// <summary>What the row says of itself.</summary>
    internal RowOrigin Origin { get; init; } = RowOrigin.Unknown;

    /// <summary>Reads the image, in its own size.</summary>
    /// <returns>A new image that the caller disposes.</returns>
    public Image<Rgb24> OpenImage() => _folder.Open(ImageHash);

    /// <summary>Reads the mask, white where the object is, in the image's size.</summary>
    /// <returns>A new image that the caller disposes; null if the shot has no mask.</returns>
    public Image<Rgb24>? OpenMask() => MaskHash is null ? null : _folder.Open(MaskHash);

    internal void CopyTo(ShotFolder folder)
    {
        _folder.CopyTo(folder, ImageHash);
        if (MaskHash is not null)
            _folder.CopyTo(folder, MaskHash);
    }
}

/// <summary>A class of the training data with its shots.</summary>
public sealed class ShotClass
{
    internal ShotClass(string label, string name, object labelValue, IReadOnlyList<Shot> shots)
    {
        Label = label;
        Name = name;
        LabelValue = labelValue;
        Shots = shots;
    }

    /// <summary>The label as text; unique among the classes. Randomness is derived from it.</summary>
    public string Label { get; }

    /// <summary>The words that name the class in a prompt: the label, or what <c>ClassNames</c> maps it to.</summary>
    public string Name { get; }

    /// <summary>The readable images of the class, ordered by <see cref="Shot.ImageHash"/>; at least one.</summary>
    public IReadOnlyList<Shot> Shots { get; }

    /// <summary>The label in the type of the label column, as synthetic rows carry it.</summary>
    internal object LabelValue { get; }

    /// <summary>The rows of the shots.</summary>
    internal IEnumerable<FewShotRow> Rows =>
        Shots.Select(shot => new FewShotRow(shot.Row, Label, shot.ImageHash)
        { LabelValue = LabelValue, Origin = shot.Origin });
}
