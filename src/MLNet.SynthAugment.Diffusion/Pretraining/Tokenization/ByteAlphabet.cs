namespace MLNet.SynthAugment.Diffusion.Pretraining.Tokenization;

/// <summary>
/// The printable character that stands for each byte in byte-level vocabularies (Radford et al. 2019): printable Latin-1
/// bytes stand for themselves, the others for the code points from 256 on.
/// </summary>
internal static class ByteAlphabet
{
    /// <summary>Character of each byte value, 256 of them, all different.</summary>
    public static IReadOnlyList<char> Characters { get; } = Create();

    private static char[] Create()
    {
        var characters = new char[256];
        var next = 256;
        for (var value = 0; value < characters.Length; value++)
        {
            var printable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            characters[value] = printable ? (char)value : (char)next++;
        }
        return characters;
    }
}
