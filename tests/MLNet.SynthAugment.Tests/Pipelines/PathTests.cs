using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.SynthAugment.Tests.Pipelines;

/// <summary>Folders that are named relative to the current one.</summary>
public sealed class PathTests : IDisposable
{
    private readonly Fitting _fitting = new();
    private readonly string _shots;
    private readonly List<Drawing> _rows;

    public PathTests()
    {
        _rows = _fitting.WriteShots();
        _shots = _fitting.Folder["shots"];
        foreach (var row in _rows)
            row.ImagePath = Path.GetFileName(row.ImagePath);
    }

    public void Dispose() => _fitting.Dispose();

    // The current folder is the whole process's, so that it is not changed here.
    private string Relative(string name) => Path.GetRelativePath(Environment.CurrentDirectory, _fitting.Folder[name]);

    private SynthesizeFewShotEstimator.Options Options()
    {
        var options = _fitting.Options();
        (options.StoreFolder, options.ImageFolder) = (Relative("store"), Relative("shots"));
        return options;
    }

    [Fact]
    public void Paths_of_synthetic_rows_are_absolute_and_load_beside_relative_ones()
    {
        var ml = _fitting.ML;
        var view = ml.Data.LoadFromEnumerable(_rows);
        var step = _fitting.Fit(view, Options());
        var expanded = step.Transform(view);
        Assert.All(expanded.GetColumn<string>("ImagePath").Skip(12),
            path => Assert.StartsWith(_fitting.Folder["store"], path));
        var pixels = ml.Transforms.LoadImages("Image", _shots, "ImagePath").Pixels(ml).Fit(expanded)
            .Transform(expanded);
        Assert.Equal(30, pixels.GetColumn<float[]>("Pixels").Count());
        Assert.True(Path.IsPathFullyQualified(step.StoreFolder));
    }

    [Fact]
    public void A_step_that_was_loaded_from_a_relative_folder_hands_out_absolute_paths()
    {
        _fitting.Fit(_fitting.ML.Data.LoadFromEnumerable(_rows), Options()).Save(Relative("saved"));
        var loaded = SynthesizeFewShotTransformer.Load(_fitting.ML, Relative("saved"), new ShiftedShots());
        Assert.StartsWith(_fitting.Folder["saved"], loaded.StoreFolder);
        Assert.All(loaded.SyntheticOnly.GetColumn<string>("ImagePath"),
            path => Assert.StartsWith(_fitting.Folder["saved"], path));
        Assert.All(loaded.Synthesize(2).GetColumn<string>("ImagePath"),
            path => Assert.True(Path.IsPathFullyQualified(path) && File.Exists(path)));
    }
}
