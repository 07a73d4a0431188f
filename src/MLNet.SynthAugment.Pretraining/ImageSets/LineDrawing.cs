namespace MLNet.SynthAugment.Pretraining.ImageSets;

/// <summary>Tells drawings from photographs.</summary>
internal static class LineDrawing
{
    private const int PaperLevel = 224;
    private const int GreyTolerance = 12;
    private const double PaperShare = 0.6;
    private const double GreyShare = 0.98;

    /// <summary>Whether an image is grey almost everywhere and mostly light paper.</summary>
    /// <param name="pixels">Rows of red, green, blue.</param>
    public static bool Is(ReadOnlySpan<byte> pixels)
    {
        int grey = 0, paper = 0, count = pixels.Length / 3;
        for (var i = 0; i < pixels.Length; i += 3)
        {
            int low = Math.Min(pixels[i], Math.Min(pixels[i + 1], pixels[i + 2]));
            int high = Math.Max(pixels[i], Math.Max(pixels[i + 1], pixels[i + 2]));
            grey += high - low <= GreyTolerance ? 1 : 0;
            paper += low >= PaperLevel ? 1 : 0;
        }
        return grey >= GreyShare * count && paper >= PaperShare * count;
    }
}
