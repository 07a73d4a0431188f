using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Tests.Methods;

/// <summary>
/// A saved transformer is all that it takes to go on: its store may be deleted, and its folder moved.
/// </summary>
public sealed class PersistenceTests : IDisposable
{
    private readonly TinyModelFitting _fitting = new(TinyModelKinds.UnClipWithLatents);

    // Two classes of two shots.
    public PersistenceTests()
    {
        _fitting.Shots.RemoveRange(6, 6);
        _fitting.Shots.RemoveAll(shot => shot.Label == "owl");
    }

    public void Dispose() => _fitting.Dispose();

    [Theory]
    [MemberData(nameof(QuickMethods.Names), MemberType = typeof(QuickMethods))]
    public void A_loaded_transformer_has_the_same_images_and_makes_the_same_further_ones(string name) =>
        AssertGoesOnAlone(Fit(QuickMethods.Find(name)));

    [LongTheory]
    [MemberData(nameof(QuickMethods.RareNames), MemberType = typeof(QuickMethods))]
    public void A_loaded_transformer_has_the_same_images_and_makes_the_same_further_ones_also_otherwise(string name) =>
        AssertGoesOnAlone(Fit(QuickMethods.Find(name)));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Also_one_that_replays_seeds_of_a_folder_or_a_file_that_is_gone(bool isFile)
    {
        _fitting.Shots.RemoveAll(shot => isFile && shot.Label != "dog");
        var seeds = _fitting.Folder["seeds"];
        _fitting.Fit(Unoptimised, options => options.ImagesPerClass = 4).ExportSeeds(seeds);
        if (isFile)
            File.Move(Directory.GetFiles(seeds, "*", SearchOption.AllDirectories).Single(),
                Path.Combine(seeds, "dogs.seeds"));
        var replayed = Fit(SeedSelect.Replay(isFile ? Path.Combine(seeds, "dogs.seeds") : seeds));
        Assert.Equal(isFile ? 1 : 2, replayed.LearntFiles().Count);
        AssertGoesOnAlone(replayed, then: () => Directory.Delete(seeds, recursive: true));
    }

    [Fact]
    public void Seeds_that_were_replaced_since_are_not_mixed_with_those_in_use()
    {
        Fit(Unoptimised).ExportSeeds(_fitting.Folder["seeds"]);
        var replay = SeedSelect.Replay(_fitting.Folder["seeds"]);
        _fitting.Fit(Unoptimised, options => (options.ImagesPerClass, options.Seed) = (2, 12))
            .ExportSeeds(_fitting.Folder["others"]);
        Directory.Delete(_fitting.Folder["seeds"], recursive: true);
        Directory.Move(_fitting.Folder["others"], _fitting.Folder["seeds"]);
        Assert.Contains("are not those that", Assert.Throws<InvalidDataException>(() => Fit(replay)).Message);
    }

    // Only their files matter here.
    private static SeedSelect Unoptimised => (SeedSelect)QuickMethods.Find("seedselect") with
    { Anchors = 0, SeedsAtOnce = 4, Optimization = new() { Iterations = 1, SemanticWeight = 0 } };

    private SynthesizeFewShotTransformer Fit(ISynthesisMethod method) =>
        _fitting.Fit(method, options => options.ImagesPerClass = 2);

    private void AssertGoesOnAlone(SynthesizeFewShotTransformer fitted, Action? then = null)
    {
        fitted.Save(_fitting.Folder["saved"]);
        var learnt = Learnt(fitted);
        var (images, further) = (Contents(fitted.SyntheticOnly), Contents(fitted.Synthesize(2)));
        Assert.NotEmpty(further);
        Assert.Empty(images.Select(row => row.Pixels).Intersect(further.Select(row => row.Pixels)));
        Directory.Delete(_fitting.Folder["store"], recursive: true);
        Directory.Move(_fitting.Folder["saved"], _fitting.Folder["moved"]);
        then?.Invoke();

        var loaded = SynthesizeFewShotTransformer.Load(_fitting.ML, _fitting.Folder["moved"]);
        var written = loaded.LearntFiles().ToDictionary(file => file, File.GetLastWriteTimeUtc);
        Assert.Equal(learnt, Learnt(loaded));
        Assert.Equal(images, Contents(loaded.SyntheticOnly));
        Assert.Equal(further, Contents(loaded.Synthesize(2)));
        Assert.All(written, file => Assert.Equal(file.Value, File.GetLastWriteTimeUtc(file.Key)));
        Assert.False(Directory.Exists(_fitting.Folder["store"]));
    }

    private sealed record Content(
        string Label, string SourceId, string Prompt, float Score, string SoftLabel, string Pixels);

    private List<Content> Contents(Microsoft.ML.IDataView rows) => [.. _fitting.Read(rows)
        .Select(row => new Content(
            row.Label, row.SourceId, row.SynthesisPrompt, row.SynthesisScore, string.Join(' ', row.SoftLabel),
            Convert.ToHexString(TinyModelFitting.Pixels(row))))];

    private static List<(string Name, string Content)> Learnt(SynthesizeFewShotTransformer fitted) =>
        [.. fitted.LearntFiles()
            .Select(file => (Path.GetRelativePath(fitted.StoreFolder, file),
                Convert.ToHexString(File.ReadAllBytes(file))))];
}
