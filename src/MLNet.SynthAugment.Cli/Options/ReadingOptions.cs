using System.CommandLine;
using MLNet.SynthAugment.Diffusion.Images;

namespace MLNet.SynthAugment.Cli.Options;

/// <summary>The options that say how images are turned, and what transparent ones are composed on.</summary>
internal static class ReadingOptions
{
    /// <summary>White.</summary>
    public static string DefaultGround { get; } = ImageReading.Default.GroundName;

    private static readonly Option<ImageOrientation?> s_orientation = new("--orientation")
    {
        Description = "AsStored: images lie as ML.NET's LoadImages reads them; "
            + "Upright: they are turned as their EXIF orientation says (AsStored).",
    };

    private static readonly Option<string?> s_ground = new("--ground")
    {
        Description = "What transparent images are composed on: a name such as black, or #RRGGBB (white).",
    };

    /// <summary>Adds the options to a command.</summary>
    public static void AddTo(Command command)
    {
        command.Add(s_orientation);
        command.Add(s_ground);
    }

    /// <summary>What is done about orientations.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="file">That of the settings file; null without one.</param>
    public static ImageOrientation Orientation(ParseResult arguments, ImageOrientation? file) =>
        arguments.GetValue(s_orientation) ?? file ?? ImageOrientation.AsStored;

    /// <summary>The ground as <c>#RRGGBB</c>.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="file">That of the settings file; null without one.</param>
    /// <exception cref="ArgumentException">It is no colour, or not opaque.</exception>
    public static string Ground(ParseResult arguments, string? file) =>
        ImageReading.NameOf(ImageReading.ParseGround(arguments.GetValue(s_ground) ?? file ?? DefaultGround));
}
