using System.Globalization;
using System.IO.Compression;
using Microsoft.ML;
using MLNet.SynthAugment.Trainers;
using MLNet.SynthAugment.Trainers.Augmentation;
using Xunit.Abstractions;

namespace MLNet.SynthAugment.Tests.Trainers;

/// <summary>Omniglot, 66 characters, five drawings each to train on: the numbers in docs/trainers.md.</summary>
public sealed class OmniglotTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private sealed class Character
    {
        public string Label { get; set; } = "";

        public string ImagePath { get; set; } = "";
    }

    [LongTheory]
    [InlineData(1)]
    [InlineData(2)]
    public void Strong_affine_augmentation_nearly_doubles_the_accuracy_of_the_small_network(int seed)
    {
        if (SharedData.MissingBecause("data") is not null)
            return;
        ZipFile.ExtractToDirectory(Path.Combine(SharedData.Folder, "data", "omniglot", "omniglot.zip"), _folder.Path);
        var real = Measure(seed, ImageAugmentation.None);
        var augmented = Measure(seed, ImageAugmentation.Drawings);
        Assert.InRange(real, 0.35, 0.6);
        Assert.InRange(augmented, 0.75, 0.9);
    }

    private double Measure(int seed, ImageAugmentation augmentation)
    {
        var ml = new MLContext(seed: 1);
        var clock = DateTime.UtcNow;
        var pipeline = ml.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
            .Append(ml.MulticlassClassification.Trainers.SmallConvNet(new SmallConvNetTrainer.Options
            {
                LabelColumnName = "LabelKey",
                ImageColumnName = "ImagePath",
                Augmentation = augmentation,
                Steps = 1000,
                Seed = seed,
            }));
        using var model = pipeline.Fit(ml.Data.LoadFromEnumerable(Read("train")));
        var accuracy = ml.MulticlassClassification.Evaluate(
            model.Transform(ml.Data.LoadFromEnumerable(Read("test"))), "LabelKey").MicroAccuracy;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}, augmented {!augmentation.IsNone}: "
            + $"{accuracy:0.000} in {(DateTime.UtcNow - clock).TotalSeconds:0} s"));
        return accuracy;
    }

    private List<Character> Read(string split)
    {
        var root = Path.Combine(_folder.Path, split);
        return [.. Directory.GetFiles(root, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => new Character
                { Label = Path.GetRelativePath(root, Path.GetDirectoryName(path)!), ImagePath = path })];
    }
}
