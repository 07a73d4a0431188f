using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Tests.Methods;

/// <summary>Seeds that are replayed are named by their hash, which is part of the store's key.</summary>
public sealed class SeedsHashTests : IDisposable
{
    private readonly Fitting _fitting = new();

    public void Dispose() => _fitting.Dispose();

    [Fact]
    public void A_path_without_the_seeds_hash_or_with_another_one_is_refused()
    {
        var path = _fitting.Folder["seeds.safetensors"];
        File.WriteAllText(path, "seeds");
        Assert.Contains("SeedsPath is set without SeedsHash",
            Assert.Throws<ArgumentException>(() => Fit(new SeedSelect { SeedsPath = path })).Message);
        var method = SeedSelect.NormAware.WithSeeds(path);
        Assert.Equal(SeedSelect.NormAware.Optimization.Iterations, method.Optimization.Iterations);
        File.WriteAllText(path, "other seeds");
        Assert.Contains($"{method.SeedsHash} was expected",
            Assert.Throws<InvalidDataException>(() => Fit(method)).Message);
    }

    private void Fit(SeedSelect method)
    {
        var options = _fitting.Options(perClass: 1);
        if (!Directory.Exists(_fitting.Folder["model"]))
        {
            using var model = TinyModels.LatentDiffusion();
            model.Save(_fitting.Folder["model"], Precision.Float32);
        }
        (options.Method, options.Model, options.Device) =
            (method, DiffusionModel.FromFolder(_fitting.Folder["model"]), "cpu");
        _fitting.Fit(_fitting.ML.Data.LoadFromEnumerable(_fitting.WriteShots()), options);
    }
}
