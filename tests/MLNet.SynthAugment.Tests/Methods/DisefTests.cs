using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Tests.Methods;

public sealed class DisefTests : IDisposable
{
    private static readonly Disef Quick = new() { Sampling = new() { Steps = 4, GuidanceScale = 2 } };

    private readonly TinyModelFitting _fitting = new();

    public void Dispose() => _fitting.Dispose();

    private List<AnnotatedDrawing> Captioned(Func<Drawing, string> captionOf) =>
        [.. _fitting.Shots.Select(
            shot => new AnnotatedDrawing
            { Label = shot.Label, ImagePath = shot.ImagePath, Caption = captionOf(shot) })];

    private List<TinyModelFitting.Row> ReadCaptioned(List<AnnotatedDrawing> rows, Disef method, int perClass) =>
        _fitting.Read(_fitting.Fit(rows, method, options =>
    {
        options.CaptionColumnName = nameof(AnnotatedDrawing.Caption);
        options.ImagesPerClass = perClass;
    }));

    [Fact]
    public void Each_image_leans_on_a_shot_of_its_class()
    {
        var rows = _fitting.Read(_fitting.Fit(Quick, options => options.ImagesPerClass = 8));
        Assert.All(rows, row => Assert.Equal(row.Label, _fitting.Shots[int.Parse(row.SourceId)].Label));
        Assert.InRange(rows.Select(row => row.SourceId).Distinct().Count(), 7, 12);
    }

    [Fact]
    public void Captions_are_shuffled_among_the_shots_of_a_class()
    {
        // A caption names its class and row; the second owl has none.
        var captioned = Captioned(
            shot => shot is { Label: "owl", Number: 5 } ? "" : $"{shot.Label} of row {shot.Number}");
        var rows = ReadCaptioned(captioned, Quick, perClass: 8);
        Assert.All(rows, row => Assert.StartsWith($"{row.Label} of row ", row.SynthesisPrompt));
        Assert.Contains(rows, row => row.SynthesisPrompt != $"{row.Label} of row {row.SourceId}");
        Assert.InRange(rows.Select(row => row.SynthesisPrompt).Distinct().Count(), 7, 11);
        Assert.Equal(rows.Select(row => row.SynthesisPrompt),
            ReadCaptioned(captioned, Quick, perClass: 8).Select(row => row.SynthesisPrompt));
    }

    [Fact]
    public void Without_captions_a_class_draws_templates()
    {
        var captioned = Captioned(shot => shot.Label == "cat" ? "a tabby" : "");
        var rows = ReadCaptioned(captioned, Quick with { Templates = ["one {class}", "two {class}s"] }, perClass: 8);
        Assert.Equal(["a tabby", "one dog", "one owl", "two dogs", "two owls"],
            rows.Select(row => row.SynthesisPrompt).Distinct().Order());
        var plain = ReadCaptioned(captioned, Quick with { UseCaptions = false }, perClass: 2);
        Assert.All(plain, row => Assert.Equal($"a photo of a {row.Label}", row.SynthesisPrompt));
    }

    [Fact]
    public void The_weaker_the_nearer_to_the_shot_and_real_guidance_is_weaker_the_more_shots_there_are()
    {
        // With one shot a class and the same noise, images differ by the strength alone.
        _fitting.Shots.RemoveRange(3, _fitting.Shots.Count - 3);
        byte[] Make(Disef method) => TinyModelFitting.Pixels(_fitting.Read(_fitting.Fit(method))[0]);
        var byCount = Quick with { Sampling = Quick.Sampling with { Steps = 20 }, StrengthByShotCount = true };
        Assert.Equal(Make(byCount
            with
        { StrengthByShotCount = false, Start = byCount.Start with { Strengths = [0.5] } }), Make(byCount));
        _fitting.Shots.AddRange(_fitting.Shots.ToList());
        Assert.Equal(Make(byCount
            with
        { StrengthByShotCount = false, Start = byCount.Start with { Strengths = [0.4] } }), Make(byCount));
        Assert.NotEqual(Make(byCount
            with
        { StrengthByShotCount = false, Start = byCount.Start with { Strengths = [0.5] } }), Make(byCount));
    }

    [Fact]
    public void MixUp_and_the_sampler_change_the_images()
    {
        var images = new[] { Quick, Quick with { MixUpAlpha = 4 }, Quick
            with { Sampling = Quick.Sampling with { Sampler = Sampler.Ddim } },
            Quick with { Sampling = Quick.Sampling with { NegativePrompt = "blurred" } } }
            .Select(method => Convert.ToHexString(TinyModelFitting.Pixels(_fitting.Read(_fitting.Fit(method))[1])));
        Assert.Equal(4, images.Distinct().Count());
    }

    [Fact]
    public void MixUp_mixes_two_different_shots_where_a_class_has_them()
    {
        // One cat, and one owl twice.
        _fitting.Shots.RemoveAll(shot => shot.Label != "dog" && shot.Number >= 3);
        _fitting.Shots.Add(_fitting.Shots.First(shot => shot.Label == "owl"));
        var images = StoredDetails.Of(
            _fitting.Fit(Quick with { MixUpAlpha = 0.5 }, options => options.ImagesPerClass = 12));
        Assert.All(images.Where(image => image.Label == "dog"), image =>
        {
            Assert.NotEqual(image.SourceRow, image.RowOf("secondShot"));
            Assert.Equal("dog", _fitting.Shots[(int)image.RowOf("secondShot")!].Label);
            Assert.InRange((double)image.Details["mix"]!, 0, 0.5);
        });
        Assert.All(images.Where(image => image.Label != "dog"),
            image => Assert.Equal(["strength"], image.Details.Select(detail => detail.Key)));
    }

    [Fact]
    public void Settings_that_make_no_sense_are_refused()
    {
        Assert.Contains("Strengths is empty", ErrorOf(Quick with { Start = Quick.Start with { Strengths = [] } }));
        Assert.Contains("Strength", ErrorOf(Quick with { Start = Quick.Start with { Strengths = [1.5] } }));
        Assert.Contains("MixUpAlpha", ErrorOf(Quick with { MixUpAlpha = 0 }));
        Assert.Contains("cannot be combined with the mask mode KeepObject",
            ErrorOf(Quick with { MixUpAlpha = 1, Start = Quick.Start with { Masks = MaskMode.KeepObject } }));
        Assert.Contains("MaskGrowth", ErrorOf(Quick with { Start = Quick.Start with { MaskGrowth = -1 } }));
    }

    [Fact]
    public void Defaults_are_the_papers()
    {
        var disef = new Disef();
        Assert.Equal((20, 8.0, Sampler.DpmSolverPlusPlus2M, 0.75),
            (disef.Sampling.Steps, disef.Sampling.GuidanceScale, disef.Sampling.Sampler, disef.Start.Strengths.Single(
                )));
        Assert.Equal((100, 3.0, true, false),
            (Disef.RealGuidance.Sampling.Steps, Disef.RealGuidance.Sampling.GuidanceScale,
                Disef.RealGuidance.StrengthByShotCount,
                Disef.RealGuidance.UseCaptions));
    }

    private string ErrorOf(Disef method) => Assert.ThrowsAny<ArgumentException>(() => _fitting.Fit(method)).Message;
}
