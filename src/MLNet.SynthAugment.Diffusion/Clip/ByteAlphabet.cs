namespace MLNet.SynthAugment.Diffusion.Clip;

/// <summary>
/// The printable character that stands for each byte in a byte-level vocabulary (Radford et al. 2019): printable
/// Latin-1 bytes stand for themselves, the others for the code points from 256 on.
/// </summary>
internal static class ByteAlphabet
{
    /// <summary>The characters by byte value.</summary>
    internal static IReadOnlyList<char> Characters { get; } = Create();

    private static char[] Create()
    {
        var next = (char)256;
        var characters = new char[256];
        for (var value = 0; value < characters.Length; value++)
            characters[value] = value is (>= 0x21 and <= 0x7E) or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF)
                ? (char)value : next++;
        return characters;
    }
}
