namespace Microsoft.ML.Transforms.Image;

/// <summary>How pixels lie in a vector: which colours, in which order, plane by plane or pixel by pixel, and their scale.</summary>
internal sealed record PixelLayout(
    ImagePixelExtractingEstimator.ColorBits Colors,
    ImagePixelExtractingEstimator.ColorsOrder Order,
    bool Interleaved,
    float Offset,
    float Scale)
{
    private static readonly Dictionary<char, ImagePixelExtractingEstimator.ColorBits> s_bits = new()
    {
        ['A'] = ImagePixelExtractingEstimator.ColorBits.Alpha,
        ['R'] = ImagePixelExtractingEstimator.ColorBits.Red,
        ['G'] = ImagePixelExtractingEstimator.ColorBits.Green,
        ['B'] = ImagePixelExtractingEstimator.ColorBits.Blue,
    };

    /// <summary>The colours in the vector, in their order, as positions in B, G, R, A.</summary>
    public int[] Channels => [.. $"{Order}".Where(letter => Colors.HasFlag(s_bits[letter])).Select(letter => "BGRA".IndexOf(letter))];

    public int[] Dimensions(int height, int width) =>
        Interleaved ? [height, width, Channels.Length] : [Channels.Length, height, width];

    /// <summary>Where colour <paramref name="channel"/> of pixel <paramref name="pixel"/> lies.</summary>
    public int Index(int pixel, int channel, int pixelCount, int channelCount) =>
        Interleaved ? pixel * channelCount + channel : channel * pixelCount + pixel;

    public void Write(BinaryWriter writer)
    {
        writer.Write((byte)Colors);
        writer.Write((byte)Order);
        writer.Write(Interleaved);
        writer.Write(Offset);
        writer.Write(Scale);
    }

    public static PixelLayout Read(BinaryReader reader) => new(
        (ImagePixelExtractingEstimator.ColorBits)reader.ReadByte(),
        (ImagePixelExtractingEstimator.ColorsOrder)reader.ReadByte(),
        reader.ReadBoolean(),
        reader.ReadSingle(),
        reader.ReadSingle());
}
