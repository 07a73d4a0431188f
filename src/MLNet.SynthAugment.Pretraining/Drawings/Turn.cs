namespace MLNet.SynthAugment.Pretraining.Drawings;

/// <summary>
/// The eight ways to lay a square picture down. A character turned by 90° or mirrored is another character, so each way
/// makes a class of its own out of a class of line drawings, with a name of its own.
/// </summary>
internal static class Turn
{
    private const int Mirrored = 4;
    private static readonly string[] s_suffixes =
    [
        "", " turned right", " upside down", " turned left",
        " mirrored", " mirrored turned right", " mirrored upside down", " mirrored turned left",
    ];

    /// <summary>Number of ways; way 0 leaves the picture as it is.</summary>
    public const int Count = 8;

    /// <summary>What a way adds to the name of a class.</summary>
    public static string NameSuffix(int way) => s_suffixes[way];

    /// <summary>Copies a picture, first mirrored and then turned clockwise.</summary>
    /// <param name="source">Rows of red, green, blue.</param>
    /// <param name="destination">The same number of bytes.</param>
    /// <param name="size">Side in pixels.</param>
    /// <param name="way">0 … 7: the number of quarter turns, plus 4 if mirrored.</param>
    public static void Apply(ReadOnlySpan<byte> source, Span<byte> destination, int size, int way)
    {
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                var (fromX, fromY) = (way % Mirrored) switch
                {
                    0 => (x, y),
                    1 => (y, size - 1 - x),
                    2 => (size - 1 - x, size - 1 - y),
                    _ => (size - 1 - y, x),
                };
                if (way >= Mirrored)
                    fromX = size - 1 - fromX;
                source.Slice(((fromY * size) + fromX) * 3, 3).CopyTo(destination[(((y * size) + x) * 3)..]);
            }
        }
    }
}
