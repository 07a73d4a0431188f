using System.Text;

namespace MLNet.SynthAugment.Cli.Generate;

/// <summary>Text files of unknown origin.</summary>
internal static class TextFile
{
    private const long MaxBytes = 64 << 20;

    /// <summary>The whole text.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is too large, or no UTF-8.</exception>
    public static string Read(string path)
    {
        var size = new FileInfo(path) is { Exists: true } file
            ? file.Length : throw new FileNotFoundException($"There is no file '{path}'.", path);
        if (size > MaxBytes)
            throw new InvalidDataException($"'{path}' has {size} bytes; more than {MaxBytes} are not read.");
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path))
                .TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException error)
        {
            throw new InvalidDataException($"'{path}' is not UTF-8 text; save it as UTF-8.", error);
        }
    }
}
