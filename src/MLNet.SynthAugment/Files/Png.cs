using System.Diagnostics.CodeAnalysis;
using MLNet.SynthAugment.Diffusion.ImageSets;

namespace MLNet.SynthAugment.Files;

/// <summary>8-bit RGB PNG files without metadata, so that equal pixels give equal bytes.</summary>
internal static class Png
{
    // Users may raise Options.MaxImagePixels; a folder of unknown origin still shall not exhaust the memory.
    private static readonly BoundedImageDecoder s_decoder = new(1_000_000_000);

    public static byte[] Encode(Image<Rgb24> image)
    {
        using var stream = new MemoryStream();
        image.SaveAsPng(stream);
        return stream.ToArray();
    }

    /// <exception cref="InvalidDataException">The file is no image; the message names it.</exception>
    public static Image<Rgb24> Read(string path) =>
        TryRead(path, out var image, out var reason)
            ? image : throw new InvalidDataException($"'{path}' is damaged: {reason}.");

    /// <param name="path">A file.</param>
    /// <param name="image">The image, or null; the caller disposes it.</param>
    /// <param name="reason">Why there is no image, without a full stop.</param>
    public static bool TryRead(
        string path, [NotNullWhen(true)] out Image<Rgb24>? image, [NotNullWhen(false)] out string? reason) =>
        s_decoder.TryDecode(File.ReadAllBytes(path), out image, out reason);
}
