namespace MLNet.SynthAugment.Cli.Generate;

/// <summary>Paths of images in a set, with slashes.</summary>
internal static class ImagePath
{
    /// <summary>For example <c>cat/1</c> of <c>cat/1.png</c>.</summary>
    public static string WithoutExtension(string path) => path[..^Path.GetExtension(path).Length];
}
