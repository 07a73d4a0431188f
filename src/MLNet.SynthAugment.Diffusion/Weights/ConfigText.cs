using System.Text;

namespace MLNet.SynthAugment.Diffusion.Weights;

/// <summary>Reads small text files that may come from anywhere.</summary>
internal static class ConfigText
{
    // The longest files read this way, vocabularies and merges of tokenizers, have a few MB.
    private const long MaximumLength = 1 << 24;

    private static readonly UTF8Encoding s_strict =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text of a file.</summary>
    /// <exception cref="ModelFolderException">It is absent, not UTF-8, or far too long for a config.</exception>
    internal static string Read(string path)
    {
        if (!File.Exists(path))
            throw new ModelFolderException($"There is no {path}.");
        using var stream = File.OpenRead(path);
        if (stream.Length > MaximumLength)
            throw new ModelFolderException(
                $"{path} has {stream.Length} bytes, which is no {Path.GetFileName(path)}: at most {MaximumLength} "
                    + "are read.");
        try
        {
            using var reader = new StreamReader(stream, s_strict);
            return reader.ReadToEnd();
        }
        catch (DecoderFallbackException exception)
        {
            throw new ModelFolderException($"{path} cannot be read: it is not UTF-8.", exception);
        }
    }
}
