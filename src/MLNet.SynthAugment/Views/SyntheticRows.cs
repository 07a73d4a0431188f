using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Store;

namespace MLNet.SynthAugment.Views;

/// <summary>The synthetic rows of a view, and where their label and image go.</summary>
internal sealed class SyntheticRows
{
    private readonly Dictionary<string, ShotClass> _classes;
    private readonly Dictionary<string, string> _rowsByImage;

    public SyntheticRows(IReadOnlyList<StoredImage> images, IReadOnlyList<ShotClass> classes, InputColumns columns)
    {
        Images = images;
        Columns = columns;
        _classes = classes.ToDictionary(found => found.Label);
        _rowsByImage = classes.SelectMany(found => found.Shots).DistinctBy(shot => shot.ImageHash).ToDictionary(shot => shot.ImageHash, shot => shot.Row.ToString());
    }

    public IReadOnlyList<StoredImage> Images { get; }

    public InputColumns Columns { get; }

    public object LabelValueOf(StoredImage image) => _classes[image.Label].LabelValue;

    /// <summary>The row of the one shot the image leans on, or the class if it leans on all of its shots.</summary>
    public Provenance ProvenanceOf(StoredImage image, float exampleWeight)
    {
        var source = image.SourceHash is { } hash && _rowsByImage.TryGetValue(hash, out var row) ? row : $"class:{image.Label}";
        return new Provenance(true, exampleWeight, source, image.Prompt, image.Seed, image.Score);
    }
}
