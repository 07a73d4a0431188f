namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>One image file of a set, not read yet.</summary>
/// <param name="ClassName">Its class: the folders between split and file, joined by a space.</param>
/// <param name="Name">Its path inside the set, for messages; never used to open or write a file.</param>
/// <param name="Length">Its size in bytes as the folder or zip directory states it.</param>
/// <param name="Open">Opens it. A stream of a zip entry must be closed before the next one is opened.</param>
public sealed record ImageEntry(string ClassName, string Name, long Length, Func<Stream> Open)
{
    /// <summary>The bytes it takes in its zip; <see cref="Length"/> for a file.</summary>
    public long PackedLength { get; init; } = Length;

    /// <summary>
    /// Its place among its class's images, from 0, by the set's <c>index.csv</c>; null where that says nothing. The
    /// shots of a k-shot task are ranks 0 to k−1.
    /// </summary>
    public int? Rank { get; init; }

    /// <summary>Its path below the folder in which the class folders lie.</summary>
    public string PathInClasses { get; init; } = Name;
}
