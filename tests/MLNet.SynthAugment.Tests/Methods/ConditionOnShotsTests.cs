using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Tests.Methods;

/// <summary>Methods that start from shots, on models that take images beside the text and on others.</summary>
public sealed class ConditionOnShotsTests
{
    private static readonly Disef Disef = new()
    {
        Sampling = new() { Steps = 2, GuidanceScale = 2 },
        Start = new(
        )
        { Strengths = [1] }
    };
    private static readonly DiffMix DiffMix = new()
    { Sampling = new() { Steps = 2, GuidanceScale = 2 }, Start = new() { Strengths = [1] }, FineTune = false };

    private static List<byte[]> Make(TinyModelFitting fitting, ISynthesisMethod method) =>
        [.. fitting.Read(fitting.Fit(method, options => options.ImagesPerClass = 2)).Select(TinyModelFitting.Pixels)];

    [Theory]
    [InlineData(TinyModelKinds.UnClip)]
    [InlineData(TinyModelKinds.UnClipWithLatents)]
    [InlineData(TinyModelKinds.InstructPix2Pix)]
    public void A_model_that_takes_images_is_shown_a_shot(string modelKind)
    {
        using var fitting = new TinyModelFitting(modelKind);
        Assert.NotEqual(Make(fitting, Disef with { ConditionOnShots = false }), Make(fitting, Disef));
        Assert.NotEqual(Make(fitting, Disef with { Sampling = Disef.Sampling with { ImageGuidanceScale = 1.5 } }),
            Make(fitting, Disef));
        Assert.NotEqual(Make(fitting, DiffMix with { ConditionOnShots = false }), Make(fitting, DiffMix));
        Assert.Equal(6, Make(fitting, new ClassNamePrompt { Sampling = new() { Steps = 2 } }).Count);
    }

    [Theory]
    [InlineData(TinyModelKinds.UnClip)]
    [InlineData(TinyModelKinds.UnClipWithLatents)]
    public void The_shot_that_is_shown_is_the_one_that_the_image_starts_from(string modelKind)
    {
        using var fitting = new TinyModelFitting(modelKind);
        // What an image leans on beside its source would be told.
        var fitted = fitting.Fit(Disef);
        Assert.All(StoredDetails.Of(fitted),
            image => Assert.Equal(image.Label, fitting.Shots[(int)image.SourceRow!].Label));
        Assert.All(StoredDetails.Of(fitted),
            image => Assert.Equal(["strength"], image.Details.Select(detail => detail.Key)));
    }

    [Fact]
    public void A_shot_beside_the_source_is_told_in_the_details_with_row_and_hash()
    {
        using var fitting = new TinyModelFitting(TinyModelKinds.UnClip);
        var mixed = StoredDetails.Of(fitting.Fit(DiffMix));
        Assert.All(mixed, image => Assert.Equal(image.Label, fitting.Shots[(int)image.RowOf("conditionShot")!].Label));
        Assert.All(mixed, image => Assert.Equal(64, ((string)image.Details["conditionShot"]!["imageSha256"]!).Length));

        var loft = StoredDetails.Of(fitting.Fit(
            new Loft { Training = new() { Epochs = 1 }, Sampling = new() { Steps = 1 } }));
        Assert.All(loft, image =>
            Assert.Contains(image.RowOf("conditionShot"),
                new[] { image.RowOf("firstShot"), image.RowOf("secondShot") }));
        Assert.Equal(2, loft.Select(image => image.RowOf("conditionShot") == image.RowOf("firstShot")).Distinct()
            .Count());

        var between = StoredDetails.Of(
            fitting.Fit(new ImageVariation { Modes = [VariationMode.BetweenShots], Sampling = new() { Steps = 1 } }));
        Assert.All(between, image => Assert.NotEqual(image.SourceRow, image.RowOf("secondShot")));
        Assert.All(between, image => Assert.Equal("BetweenShots", (string)image.Details["mode"]!));
    }

    [Fact]
    public void To_others_it_makes_no_difference()
    {
        using var fitting = new TinyModelFitting();
        Assert.Equal(Make(fitting, Disef with { ConditionOnShots = false }), Make(fitting, Disef));
    }

    [Fact]
    public void An_inpainting_model_repaints_by_masks_and_without_them_says_what_it_is()
    {
        using var fitting = new TinyModelFitting(TinyModelKinds.Inpaint);
        var rows = fitting.Shots.Select(
            shot => new AnnotatedDrawing { Label = shot.Label, ImagePath = shot.ImagePath, MaskPath = shot.ImagePath })
            .ToList();
        var masked = fitting.Fit(
            rows, Disef with { Start = Disef.Start with { Masks = MaskMode.KeepBackground, MaskGrowth = 2 } },
            options => options.MaskColumnName = nameof(AnnotatedDrawing.MaskPath));
        Assert.Equal(12, fitting.Read(masked).Count);
        Assert.Contains("it is an inpainting model",
            Assert.Throws<ArgumentException>(() => fitting.Fit(Disef)).Message);
    }
}
