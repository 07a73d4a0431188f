namespace MLNet.SynthAugment.Diffusion.Images;

/// <summary>What pixels say of an image, whatever its file was.</summary>
internal static class PixelContent
{
    /// <summary>SHA-256 (lower-case hexadecimal) of the image's size and RGB pixels.</summary>
    public static string Hash(Image<Rgb24> image)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> size = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(size, image.Width);
        BinaryPrimitives.WriteInt32LittleEndian(size[4..], image.Height);
        sha.AppendData(size);
        var pixels = new byte[3 * image.Width * image.Height];
        image.CopyPixelDataTo(pixels);
        sha.AppendData(pixels);
        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }

    /// <summary>Whether all pixels are equal.</summary>
    public static bool IsOneColour(Image<Rgb24> image)
    {
        var pixels = new Rgb24[image.Width * image.Height];
        image.CopyPixelDataTo(pixels);
        return !pixels.AsSpan().ContainsAnyExcept(pixels[0]);
    }
}
