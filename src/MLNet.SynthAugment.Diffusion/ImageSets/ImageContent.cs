using MLNet.SynthAugment.Diffusion.Images;

namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>Tells by the first bytes of a set's files which of them are images.</summary>
internal static class ImageContent
{
    private const int BytesLookedAt = 512;

    /// <summary>Looks at a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="reason">Why its image cannot be read, without a full stop; null if it can, as far as its beginning
    /// tells, or if it is no image.</param>
    /// <returns>Whether it is an image, or is called one.</returns>
    public static bool IsImage(ImageFile file, out string? reason)
    {
        reason = null;
        // Its name says that it should be read; whoever reads it says what is wrong with it.
        if (ImagePaths.HasReadableExtension(file.Path))
            return true;
        var isCalledImage = ImagePaths.HasOtherImageExtension(file.Path);
        if (!TryReadStart(file, out var start, out reason))
            return isCalledImage || !Path.HasExtension(file.Path);
        return ImageFileKind.IsImage(start, isCalledImage, out reason);
    }

    private static bool TryReadStart(ImageFile file, out byte[] start, out string? reason)
    {
        (start, reason) = ([], null);
        try
        {
            using var stream = file.Open();
            var bytes = new byte[BytesLookedAt];
            start = bytes[..stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
            return true;
        }
        catch (Exception error)
            when (error is IOException or InvalidDataException or UnauthorizedAccessException or NotSupportedException)
        {
            reason = error.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');
            return false;
        }
    }
}
