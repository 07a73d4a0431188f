using System.Globalization;
using System.Text;

namespace MLNet.SynthAugment.Diffusion.Unicode;

/// <summary>The part of the Unicode Character Database that canonical normalisation needs.</summary>
internal static class CanonicalData
{
    private const string Resource = "MLNet.SynthAugment.Diffusion.Unicode.canonical.txt";

    private static readonly Dictionary<int, int[]> s_decompositions = [];
    private static readonly Dictionary<(int First, int Second), int> s_compositions = [];
    private static readonly Dictionary<int, int> s_classes = [];

    static CanonicalData()
    {
        using var stream = typeof(CanonicalData).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream, Encoding.ASCII);
        while (reader.ReadLine() is { } line)
            Read(line.Split(' '));
    }

    /// <summary>The one or two code points that a code point stands for, or null.</summary>
    internal static int[]? Decomposition(int codePoint) => s_decompositions.GetValueOrDefault(codePoint);

    /// <summary>The code point that two stand for, or null.</summary>
    internal static int? Composition(int first, int second) =>
        s_compositions.TryGetValue((first, second), out var composed) ? composed : null;

    /// <summary>The canonical combining class; 0 for what does not combine.</summary>
    internal static int CombiningClass(int codePoint) => s_classes.GetValueOrDefault(codePoint);

    private static void Read(string[] fields)
    {
        switch (fields[0])
        {
            case "d" or "x":
                var parts = fields[2..].Select(Hex).ToArray();
                s_decompositions.Add(Hex(fields[1]), parts);
                if (fields[0] == "d")
                    s_compositions.Add((parts[0], parts[1]), Hex(fields[1]));
                break;
            case "c":
                for (var codePoint = Hex(fields[1]); codePoint <= Hex(fields[2]); codePoint++)
                    s_classes.Add(codePoint, int.Parse(fields[3], CultureInfo.InvariantCulture));
                break;
        }
    }

    private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
