namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>Where labelled images are: a folder or a zip file, and which of its splits to read.</summary>
/// <param name="Path">A folder or a <c>.zip</c> file.</param>
/// <param name="Split">Name of the top-level folder to read; null where the class folders are at the top.</param>
public sealed record ImageSetLocation(string Path, string? Split = null)
{
    /// <summary>Reads <c>PATH</c> or <c>PATH:split</c>.</summary>
    /// <param name="text">For example <c>omniglot.zip:pretrain</c>.</param>
    /// <exception cref="FileNotFoundException">There is neither a folder nor a file of that path.</exception>
    public static ImageSetLocation Parse(string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        if (Exists(text))
            return new ImageSetLocation(text);
        // The last colon, so that "C:\images:train" works too.
        var colon = text.LastIndexOf(':');
        if (colon > 0 && colon < text.Length - 1 && Exists(text[..colon]))
            return new ImageSetLocation(text[..colon], text[(colon + 1)..]);
        throw new FileNotFoundException($"There is no image folder or zip file '{text}'. Give PATH or PATH:split, for example images.zip:train.");
    }

    /// <inheritdoc/>
    public override string ToString() => Split is null ? Path : $"{Path}:{Split}";

    private static bool Exists(string path) => Directory.Exists(path) || File.Exists(path);
}
