using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.Tests;
using MLNet.SynthAugment.Methods;
using MLNet.SynthAugment.Tests.Support;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Tests.Store;

/// <summary>An image follows from (seed, class, index), whatever is made with it or before it. On a model of a few thousand random weights.</summary>
public sealed class IndependenceTests : IDisposable
{
    private readonly Fitting _fitting = new();

    public void Dispose() => _fitting.Dispose();

    private string Fit(int batchSize)
    {
        if (!Directory.Exists(_fitting.Folder["model"]))
        {
            using var model = TinyModels.LatentDiffusion();
            model.Save(_fitting.Folder["model"], Precision.Float32);
        }
        var options = _fitting.Options(perClass: 4);
        options.Method = new DataDream { Rank = 2, Epochs = 1, WarmupSteps = 1, LearningRate = 1e-2, SamplingSteps = 3 };
        options.Model = DiffusionModel.FromFolder(_fitting.Folder["model"]);
        options.Device = "cpu";
        options.BatchSize = batchSize;
        return _fitting.Fit(_fitting.ML.Data.LoadFromEnumerable(_fitting.WriteShots(2)), options).StoreFolder;
    }

    private static byte[] Pixels(string store, string image)
    {
        using var opened = Image.Load<Rgb24>(Path.Combine(store, "images", image));
        var pixels = new byte[3 * opened.Width * opened.Height];
        opened.CopyPixelDataTo(pixels);
        return pixels;
    }

    [Fact]
    public void Batch_sizes_1_3_and_8_give_the_same_images()
    {
        var stores = new[] { 1, 3, 8 }.Select(Fit).ToList();
        Assert.Equal(3, stores.Distinct().Count());
        var images = StoredImages.Hashes(stores[0]).Keys.ToList();
        Assert.Equal(12, images.Count);
        foreach (var image in images)
        {
            var first = Pixels(stores[0], image);
            Assert.True(first.Distinct().Count() > 10);
            foreach (var store in stores.Skip(1))
                Assert.All(first.Zip(Pixels(store, image)), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 1));
        }
    }

    [Fact]
    public void Classes_in_another_order_give_the_same_images()
    {
        var store = Fit(3);
        var before = StoredImages.Hashes(store);
        Directory.Delete(Directory.GetDirectories(Path.Combine(store, "images"), "cat-*").Single(), recursive: true);
        File.Delete(Path.Combine(Directory.GetDirectories(Path.Combine(store, "images"), "dog-*").Single(), "000001.png"));
        Fit(3);
        Assert.Equal(before, StoredImages.Hashes(store));
    }
}
