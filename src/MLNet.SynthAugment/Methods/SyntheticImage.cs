using MLNet.SynthAugment.FewShot;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Methods;

/// <summary>A synthetic image and where it comes from.</summary>
/// <param name="Image">The pixels; disposed with this object.</param>
public sealed record SyntheticImage(Image<Rgb24> Image) : IDisposable
{
    /// <summary>The text the image was made from; empty if there was none.</summary>
    public string Prompt { get; init; } = "";

    /// <summary>The seed its randomness came from (with its class and index).</summary>
    public long Seed { get; init; }

    /// <summary>How well the image fits its class by the method's own measure, higher is better; NaN if not measured.</summary>
    public float Score { get; init; } = float.NaN;

    /// <summary>The one shot the image leans on, or null if it leans on all shots of its class.</summary>
    public Shot? Source { get; init; }

    /// <inheritdoc/>
    public void Dispose() => Image.Dispose();
}
