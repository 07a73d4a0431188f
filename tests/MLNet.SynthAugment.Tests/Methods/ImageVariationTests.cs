using System.Security.Cryptography;
using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Tests.Methods;

/// <summary>Image variation on models of a few thousand random weights, 16×16 pixels.</summary>
public sealed class ImageVariationTests : IDisposable
{
    private static readonly ImageVariation Quick = new()
    { Sampling = new() { Steps = 2, GuidanceScale = 1.5, ImageGuidanceScale = 2 } };

    private readonly Fitting _fitting = new();
    private readonly List<Drawing> _shots;

    public ImageVariationTests() => _shots = _fitting.WriteShots();

    public void Dispose() => _fitting.Dispose();

    [Theory]
    [InlineData(TinyModelKinds.UnClip)]
    [InlineData(TinyModelKinds.UnClipWithLatents)]
    [InlineData(TinyModelKinds.InstructPix2Pix)]
    public void Every_kind_of_model_that_takes_images_varies_shots_of_the_class(string kind)
    {
        var fitted = Fit(Quick, kind);
        Assert.Equal(12, Images(fitted).Distinct().Count());
        var rows = Rows(fitted);
        Assert.Equal(12, rows.Count);
        Assert.All(rows, row => Assert.Equal(_shots[int.Parse(row.SourceId)].Label, row.Label));
        Assert.All(rows, row => Assert.Equal($"a photo of a {row.Label}", row.SynthesisPrompt));
    }

    [Fact]
    public void Each_mode_makes_other_images_and_repeats_its_own()
    {
        static ImageVariation Method(VariationMode mode) =>
            Quick with
            {
                Modes = [mode],
                Sampling = Quick.Sampling with { ImageGuidanceScale = 20 },
                JitterStrength =
                3
            };
        var byMode = Enum.GetValues<VariationMode>().Select(mode => Images(Fit(Method(mode)))).ToList();
        Assert.Equal(3, byMode.Select(images => string.Join(',', images)).Distinct().Count());
        var lost = Fit(Method(VariationMode.Jitter));
        Directory.Delete(Path.Combine(lost.StoreFolder, "images"), recursive: true);
        Assert.Equal(byMode[(int)VariationMode.Jitter], Images(Fit(Method(VariationMode.Jitter))));
    }

    [Fact]
    public void Jitter_of_no_strength_is_the_shot_itself()
    {
        // The plan draws the same shots; nothing moves them.
        var still = Rows(Fit(Quick with { Modes = [VariationMode.Jitter], JitterStrength = 0 }));
        var moved = Rows(Fit(Quick with { Modes = [VariationMode.Jitter] }));
        Assert.Equal(still.Select(row => row.SourceId), moved.Select(row => row.SourceId));
        Assert.Equal(Images(Fit(Quick with { Modes = [VariationMode.OneShot] })),
            Images(Fit(Quick with { Modes = [VariationMode.Jitter], JitterStrength = 0 })));
    }

    [Fact]
    public void The_data_set_s_word_goes_into_the_prompt() =>
        Assert.All(Rows(Fit(Quick with { DatasetWord = "pet" })),
            row => Assert.Equal($"a pet photo of a {row.Label}", row.SynthesisPrompt));

    [Fact]
    public void A_class_with_one_shot_has_variations_of_it()
    {
        _shots.RemoveAll(shot => shot.Label == "cat"
            && shot.ImagePath != _shots.First(found => found.Label == "cat").ImagePath);
        var rows = Rows(Fit(Quick with { Modes = [VariationMode.BetweenShots, VariationMode.Jitter] }));
        Assert.Single(rows.Where(row => row.Label == "cat").Select(row => row.SourceId).Distinct());
    }

    [Fact]
    public void A_model_that_takes_no_images_and_settings_that_make_no_sense_are_refused()
    {
        Assert.Contains("Stable unCLIP",
            Assert.Throws<InvalidOperationException>(() => Fit(Quick, TinyModelKinds.StableDiffusion1)).Message);
        Assert.Contains("Modes", Assert.ThrowsAny<ArgumentException>(() => Fit(Quick with { Modes = [] })).Message);
        Assert.Contains("Templates",
            Assert.ThrowsAny<ArgumentException>(() => Fit(Quick with { Templates = [] })).Message);
        Assert.Contains("JitterStrength",
            Assert.ThrowsAny<ArgumentException>(() => Fit(Quick with { JitterStrength = -1 })).Message);
        Assert.Contains("0 to 999",
            Assert.ThrowsAny<ArgumentException>(() => Fit(Quick with { NoiseLevel = 1000 })).Message);
    }

    private SynthesizeFewShotTransformer Fit(ImageVariation method, string kind = TinyModelKinds.UnClip)
    {
        var folder = _fitting.Folder[$"model-{kind.Length}"];
        if (!Directory.Exists(folder))
        {
            using var model = TinyModelKinds.Create(kind);
            model.Save(folder, Precision.Float32);
        }
        var options = _fitting.Options(perClass: 4);
        options.Method = method;
        options.Model = DiffusionModel.FromFolder(folder);
        options.Device = "cpu";
        options.BatchSize = 2;
        return _fitting.Fit(_fitting.ML.Data.LoadFromEnumerable(_shots), options);
    }

    private List<SyntheticDrawing> Rows(SynthesizeFewShotTransformer fitted) =>
        [.. _fitting.ML.Data.CreateEnumerable<SyntheticDrawing>(fitted.SyntheticOnly, reuseRowObject: false)];

    private static List<string> Images(SynthesizeFewShotTransformer fitted) =>
        [.. Directory.GetFiles(Path.Combine(fitted.StoreFolder, "images"), "*.png", SearchOption.AllDirectories).Order()
            .Select(file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))))];
}
