using System.Buffers.Binary;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

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

/// <summary>The pixels of an image, and what in it left a choice.</summary>
/// <param name="Pixels">The pixels.</param>
/// <param name="StatesOrientation">Whether the file says that its pixels do not lie upright.</param>
/// <param name="IsTransparent">Whether any pixel was not opaque.</param>
internal sealed record DecodedImage(Image<Rgb24> Pixels, bool StatesOrientation, bool IsTransparent) : IDisposable
{
    public void Dispose() => Pixels.Dispose();
}

/// <summary>
/// Finds image files that end early though their pixels are whole: what is missing may be the orientation. Missing
/// pixels are found by the decoders.
/// </summary>
internal static class TruncatedImages
{
    /// <summary>Whether a PNG, WebP or GIF file ends before its format's end.</summary>
    public static bool BreaksOff(ReadOnlySpan<byte> content) => content switch
    {
        _ when PngChunks.IsPng(content) => !PngChunks.TryFind(content, "IEND", out _),
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', ..] =>
            content.Length - 8 < BinaryPrimitives.ReadUInt32LittleEndian(content[4..]),
        // The trailer; some writers put zeros after it.
        [(byte)'G', (byte)'I', (byte)'F', ..] => content.TrimEnd((byte)0) is not [.., 0x3B],
        _ => false,
    };
}
