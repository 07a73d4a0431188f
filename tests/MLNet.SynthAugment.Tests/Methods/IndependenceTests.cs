using System.Security.Cryptography;
using MLNet.SynthAugment.Methods;
using MLNet.SynthAugment.Tests.Store;

namespace MLNet.SynthAugment.Tests.Methods;

/// <summary>
/// An image follows from (seed, class, index), whatever is made with it or before it, by every method: on a model that
/// takes images, so that all that a method may keep from one class to the next (adapters, tokens, encoded shots) plays
/// a part.
/// </summary>
public sealed class IndependenceTests : IDisposable
{
    private readonly TinyModelFitting _fitting = new(TinyModelKinds.UnClipWithLatents);

    // Two shots a class.
    public IndependenceTests() => _fitting.Shots.RemoveRange(6, 6);

    public void Dispose() => _fitting.Dispose();

    [Theory]
    [MemberData(nameof(QuickMethods.Names), MemberType = typeof(QuickMethods))]
    public void Batch_sizes_1_3_and_8_give_the_same_images(string name) =>
        AssertBatchesPlayNoPart(QuickMethods.Find(name));

    [LongTheory]
    [MemberData(nameof(QuickMethods.RareNames), MemberType = typeof(QuickMethods))]
    public void Batch_sizes_1_3_and_8_give_the_same_images_also_otherwise(string name) =>
        AssertBatchesPlayNoPart(QuickMethods.Find(name));

    [Theory]
    [MemberData(nameof(QuickMethods.Names), MemberType = typeof(QuickMethods))]
    public void Images_of_other_classes_in_between_change_none(string name) =>
        AssertOtherClassesPlayNoPart(QuickMethods.Find(name));

    [LongTheory]
    [MemberData(nameof(QuickMethods.RareNames), MemberType = typeof(QuickMethods))]
    public void Images_of_other_classes_in_between_change_none_also_otherwise(string name) =>
        AssertOtherClassesPlayNoPart(QuickMethods.Find(name));

    [Theory]
    [MemberData(nameof(QuickMethods.Names), MemberType = typeof(QuickMethods))]
    public void A_class_that_is_made_alone_has_the_same_images(string name) => AssertSameAlone(QuickMethods.Find(name));

    [LongTheory]
    [MemberData(nameof(QuickMethods.RareNames), MemberType = typeof(QuickMethods))]
    public void A_class_that_is_made_alone_has_the_same_images_also_otherwise(string name) =>
        AssertSameAlone(QuickMethods.Find(name));

    private void AssertBatchesPlayNoPart(ISynthesisMethod method)
    {
        // Two classes are enough here, and quicker.
        _fitting.Shots.RemoveAll(shot => shot.Label == "owl");
        var runs = new[] { 1, 3, 8 }.Select(
            size => _fitting.Read(_fitting.Fit(
            method, options => (options.BatchSize, options.ImagesPerClass) = (size, 3)))).ToList();
        Assert.Equal(6, runs[0].Select(row => Convert.ToHexString(TinyModelFitting.Pixels(row))).Distinct().Count());
        foreach (var run in runs.Skip(1))
        {
            Assert.Equal(runs[0].Select(row => (row.Label, row.SourceId, row.SynthesisPrompt)),
                run.Select(row => (row.Label, row.SourceId, row.SynthesisPrompt)));
            foreach (var (one, other) in runs[0].Zip(run))
                TestImages.AssertClose(TinyModelFitting.Pixels(one), TinyModelFitting.Pixels(other));
        }
    }

    private void AssertOtherClassesPlayNoPart(ISynthesisMethod method)
    {
        var plain = _fitting.Fit(method, options => options.ImagesPerClass = 2);
        var mixed = _fitting.Fit(
            new WatchedMethod { Inner = method, BeforeBatch = MakeOthers }, options => options.ImagesPerClass = 2);
        Assert.Equal(StoredImages.Hashes(plain.StoreFolder), StoredImages.Hashes(mixed.StoreFolder));

        // The last class is made before the first, and the first one again after it.
        static void MakeOthers(IImageSource source, SynthesisContext context, ImageBatch batch)
        {
            foreach (var other in context.Classes.Reverse().Where(found => found.Label != batch.Class.Label))
            {
                foreach (var image in source.Generate(batch with { Class = other }, context.Cancellation))
                    image.Dispose();
            }
        }
    }

    private void AssertSameAlone(ISynthesisMethod method)
    {
        var store = Fit();
        var (images, learnt) = (StoredImages.Hashes(store), LearntHashes(store));
        // From what was learnt before, so that nothing is learnt meanwhile ...
        DeleteImages("cat");
        Assert.Equal(images, StoredImages.Hashes(Fit()));
        Assert.Equal(learnt, LearntHashes(store));
        // ... and with what a class takes learnt again, and nothing before it.
        foreach (var label in new[] { "dog", "owl" })
        {
            DeleteImages(label);
            Directory.Delete(Path.Combine(store, "state"), recursive: true);
            Assert.Equal(images, StoredImages.Hashes(Fit()));
            var again = LearntHashes(store);
            Assert.All(again, file => Assert.Equal(learnt[file.Key], file.Value));
            Assert.Equal(learnt.Count == 0, again.Count == 0);
        }

        string Fit() => _fitting.Fit(method, options => options.ImagesPerClass = 2).StoreFolder;

        void DeleteImages(string label) =>
            Directory.Delete(Directory.GetDirectories(Path.Combine(store, "images"), label + "-*").Single(),
                recursive: true);
    }

    private static SortedDictionary<string, string> LearntHashes(string store)
    {
        var state = Path.Combine(store, "state");
        return new SortedDictionary<string, string>(
            Directory.GetFiles(state, "*.safetensors", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(state, file),
                file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))), StringComparer.Ordinal);
    }
}
