namespace SixLabors.ImageSharp.Formats;

public sealed class DecoderOptions
{
    public Configuration Configuration { get; init; } = Configuration.Default;

    /// <summary>Kept for callers that set it: only the first frame is ever decoded here.</summary>
    public uint MaxFrames { get; init; } = int.MaxValue;

    public bool SkipMetadata { get; init; }

    public Size? TargetSize { get; init; }
}
