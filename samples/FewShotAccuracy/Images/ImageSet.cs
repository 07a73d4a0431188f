using MLNet.SynthAugment.Diffusion.ImageSets;

namespace FewShotAccuracy.Images;

/// <summary>
/// The images of a folder or zip file laid out <c>&lt;class&gt;/*</c> or <c>train/&lt;class&gt;/*</c> and <c>test/&lt;class&gt;/*</c>;
/// class folders may be nested.
/// </summary>
/// <param name="Source">The folder or zip file as the user named it.</param>
/// <param name="Train">The train split; all images where there are no splits.</param>
/// <param name="Test">The test split, or null where there are no splits.</param>
public sealed record ImageSet(string Source, IReadOnlyList<LabelledImage> Train, IReadOnlyList<LabelledImage>? Test)
{
    /// <param name="source">A folder or a .zip file. An index.csv in the folder, or beside the zip file, gives ranks.</param>
    /// <param name="folder">Where to write the decoded images.</param>
    /// <param name="log">Told of images that cannot be read; they are left out.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="FileNotFoundException">There is no such folder or file.</exception>
    /// <exception cref="InvalidDataException">It holds no image in a class folder, or is no zip file.</exception>
    public static ImageSet Load(string source, string folder, Action<string> log, CancellationToken cancellation)
    {
        var location = ImageSetLocation.Parse(source);
        var library = new ImageLibrary(folder, log);
        var top = ImageSetReader.TopFolders(location.Path);
        return location.Split is null && top.Contains("train") && top.Contains("test")
            ? new ImageSet(source, library.Add(location with { Split = "train" }, cancellation), library.Add(location with { Split = "test" }, cancellation))
            : new ImageSet(source, library.Add(location, cancellation), null);
    }
}
