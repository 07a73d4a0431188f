namespace MLNet.SynthAugment.Diffusion.Images;

/// <summary>How images become RGB pixels where they leave a choice.</summary>
public sealed record ImageReading
{
    /// <summary>Upright, on white.</summary>
    public static ImageReading Default { get; } = new();

    /// <summary>What is done about the orientation that a file states.</summary>
    public ImageOrientation Orientation { get; init; } = ImageOrientation.Upright;

    /// <summary>What transparent pixels are composed on; opaque.</summary>
    public Color Ground { get; init; } = Color.White;

    /// <summary>The ground as <c>#RRGGBB</c>.</summary>
    public string GroundName => NameOf(Ground);

    /// <summary>A colour as <c>#RRGGBB</c>.</summary>
    public static string NameOf(Color ground) => "#" + ground.ToHex()[..6];

    /// <summary>Reads <c>#RRGGBB</c> or the name of a colour of CSS, such as <c>white</c>.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="ArgumentException">It is neither, or a colour that is not opaque.</exception>
    public static Color ParseGround(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ground = Color.TryParse(text, out var found)
            ? found
            : throw new ArgumentException($"'{text}' is no colour: give #RRGGBB or a name such as white or black.");
        CheckGround(ground);
        return ground;
    }

    /// <summary>Makes sure that a colour is opaque.</summary>
    /// <param name="ground">The colour.</param>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static void CheckGround(Color ground)
    {
        if (ground.ToPixel<Rgba32>().A < byte.MaxValue)
            throw new ArgumentException($"The ground of images must be opaque, not #{ground.ToHex()}.");
    }
}

/// <summary>
/// What is done about the EXIF orientation of a JPEG, WebP or PNG file, by which cameras say how its pixels lie.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<ImageOrientation>))]
public enum ImageOrientation
{
    /// <summary>
    /// Nothing: the pixels lie as they are stored, as in ML.NET (<c>LoadImages</c>, <c>MLImage.CreateFromStream</c>).
    /// </summary>
    AsStored,

    /// <summary>The image is turned upright, as people see it.</summary>
    Upright,
}
