using MLNet.SynthAugment.Diffusion.Images;
using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Diffusion.Schedulers;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Pipelines;

/// <summary>Images as conditions, in the plain pipelines and beneath them.</summary>
public sealed class ImageConditionTests : IDisposable
{
    private static readonly SamplingOptions s_options = new() { Steps = 3, GuidanceScale = 2 };

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Image<Rgb24>[] _images =
        [.. Enumerable.Range(1, 6).Select(seed => TestImages.Pattern(20, 14, seed))];

    public static TheoryData<string> Kinds =>
        [TinyModelKinds.UnClip, TinyModelKinds.UnClipWithLatents, TinyModelKinds.InstructPix2Pix];

    public void Dispose()
    {
        foreach (var image in _images)
            image.Dispose();
        _scope.Dispose();
    }

    [Theory]
    [InlineData(TinyModelKinds.StableDiffusion1, false, false)]
    [InlineData(TinyModelKinds.Inpaint, false, false)]
    [InlineData(TinyModelKinds.Upscaler, false, false)]
    [InlineData(TinyModelKinds.Xl, false, false)]
    [InlineData(TinyModelKinds.UnClip, true, false)]
    [InlineData(TinyModelKinds.UnClipWithLatents, true, true)]
    [InlineData(TinyModelKinds.InstructPix2Pix, false, true)]
    public void What_a_model_takes_follows_from_its_unet(string kind, bool embeddings, bool latents)
    {
        using var model = TinyModelKinds.Create(kind);
        var conditioner = new ImageConditioner(model);
        Assert.Equal((embeddings, latents, embeddings || latents),
            (conditioner.TakesEmbeddings, conditioner.TakesLatents, conditioner.TakesImages));
        if (!conditioner.TakesImages)
        {
            Assert.Contains("Stable unCLIP",
                Assert.Throws<InvalidOperationException>(() => conditioner.Encode(_images)).Message);
            return;
        }
        using var condition = conditioner.Encode(_images);
        Assert.Equal(embeddings, condition.Embeddings?.shape is [6, 6]);
        Assert.Equal(latents, condition.Latents?.shape is [6, 4, 8, 8]);
    }

    [Fact]
    public void Latents_are_the_mode_of_the_posterior_scaled_but_for_instruct_pix2pix()
    {
        foreach (var (kind, scale) in new[] { (TinyModelKinds.UnClipWithLatents, 0.5),
            (TinyModelKinds.InstructPix2Pix, 1.0) })
        {
            using var model = TinyModelKinds.Create(kind);
            using var square = VaeImageProcessor.Resize(_images[0], 16, 24, ImageFit.Crop);
            var expected = model.Vae.Encode(ImageTensors.ToTensor([square])).Mean * scale;
            using var condition = new ImageConditioner(model).Encode([_images[0]], height: 16, width: 24);
            TensorAssert.Close(expected, condition.Latents!, 1e-6, kind);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_condition_takes_part_and_its_absence_is_zeros(string kind)
    {
        using var model = TinyModelKinds.Create(kind);
        using var condition = new ImageConditioner(model).Encode(_images[..2]);
        using ImageCondition first = condition.Row(0), second = condition.Row(1);
        var request = new ImageRequest("a cat", new NoiseKey(7, "c"));
        byte[] Bytes(ImageCondition? image, SamplingOptions options)
        {
            using var made = Assert.Single(
                new TextToImagePipeline(model).Generate([request with { ImageCondition = image }], options));
            return TestImages.Bytes(made);
        }

        var withFirst = Bytes(first, s_options);
        Assert.NotEqual(withFirst, Bytes(second, s_options));
        Assert.NotEqual(withFirst, Bytes(null, s_options));
        Assert.NotEqual(withFirst, Bytes(first, s_options with { ImageGuidanceScale = 5 }));
        // Without an image there is nothing that its scale could strengthen.
        Assert.Equal(Bytes(null, s_options), Bytes(null, s_options with { ImageGuidanceScale = 5 }));
        var conditioning = new ConditioningEncoder(model).Encode([request], s_options);
        Assert.False(conditioning.HasImages);
        if (conditioning.Conditions?.ClassLabels is { } labels)
            Assert.Equal(0, labels.abs().sum().item<float>());
        if (conditioning.ExtraChannels is { } channels)
            Assert.Equal(0, channels.abs().sum().item<float>());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_batch_may_mix_images_and_none(string kind)
    {
        using var model = TinyModelKinds.Create(kind);
        using var condition = new ImageConditioner(model).Encode(_images);
        ImageRequest[] requests =
            [.. Enumerable.Range(0, 3)
            .Select(index => new ImageRequest("a cat", new NoiseKey(7, "c", index))
                { ImageCondition = index == 1 ? null : condition.Row(index) })];
        var options = s_options with { ImageGuidanceScale = 1.5, ImageNoiseLevel = 300 };
        var together = new TextToImagePipeline(model).Generate(requests, options);
        for (var i = 0; i < requests.Length; i++)
        {
            using var alone = Assert.Single(new TextToImagePipeline(model).Generate([requests[i]], options));
            TestImages.AssertClose(TestImages.Bytes(alone), TestImages.Bytes(together[i]));
            together[i].Dispose();
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Image_to_image_and_inpainting_take_conditions_too(string kind)
    {
        using var model = TinyModelKinds.Create(kind);
        using var condition = new ImageConditioner(model).Encode([_images[1]], height: 12, width: 20);
        using var mask = AnyPipeline.HalfMask(20, 14);
        byte[] Translated(ImageCondition? image) =>
            TestImages.Bytes(Assert.Single(new ImageToImagePipeline(model).Generate(
            [new ImageToImageRequest("a", _images[0], new NoiseKey(7, "c")) { ImageCondition = image }],
                new ImageToImageOptions
                { Steps = 3, Height = 12, Width = 20 })));
        byte[] Painted(ImageCondition? image) => TestImages.Bytes(Assert.Single(new InpaintPipeline(model).Generate(
            [new InpaintRequest("a", _images[0], mask, new NoiseKey(7, "c")) { ImageCondition = image }],
                new InpaintOptions
                { Steps = 3, Height = 12, Width = 20 })));
        Assert.NotEqual(Translated(null), Translated(condition));
        Assert.NotEqual(Painted(null), Painted(condition));
    }

    [Fact]
    public void Rows_of_a_conditioning_are_what_their_requests_alone_give()
    {
        using var model = TinyModelKinds.Create(TinyModelKinds.UnClipWithLatents);
        using var condition = new ImageConditioner(model).Encode(_images);
        ImageRequest[] requests =
            [.. Enumerable.Range(0, 3)
            .Select(index => new ImageRequest("a cat",
                new NoiseKey(7, "c", index)) { ImageCondition = condition.Row(index) })];
        var encoder = new ConditioningEncoder(model);
        var selected = encoder.Encode(requests, s_options).SelectRows(tensor(new long[] { 2, 0 }));
        var expected = encoder.Encode([requests[2], requests[0]], s_options);
        Assert.True(selected.HasImages);
        TensorAssert.Close(expected.Conditions!.ClassLabels!, selected.Conditions!.ClassLabels!, 1e-6, "class labels");
        TensorAssert.Close(expected.NegativeConditions!.ClassLabels!, selected.NegativeConditions!.ClassLabels!, 0,
            "negative class labels");
        TensorAssert.Close(expected.ExtraChannels!, selected.ExtraChannels!, 0, "latents");
        TensorAssert.Close(expected.NegativeExtraChannels!, selected.NegativeExtraChannels!, 0, "negative latents");
    }

    [Fact]
    public void A_seed_s_gradient_runs_under_image_conditions()
    {
        using var model = TinyModelKinds.Create(TinyModelKinds.UnClipWithLatents);
        using var condition = new ImageConditioner(model).Encode([_images[0]]);
        var options = s_options with { ImageGuidanceScale = 1.5 };
        var sampler = new DifferentiableSampler(model.UNet, new DdimScheduler(model.SchedulerConfig));
        LatentLossTerm[] terms = [LatentLossTerm.OnFinalLatents("square", latents => latents.square().sum())];
        float Norm(ImageCondition? image)
        {
            var conditioning = new ConditioningEncoder(model).Encode(
                [new ImageRequest("a cat", new NoiseKey(7, "c")) { ImageCondition = image }], options);
            using var result = sampler.Differentiate(Noise.Normal(new NoiseKey(1), [1, 4, 8, 8]), conditioning,
                options, terms);
            return result.Gradient.norm().item<float>();
        }
        Assert.True(Norm(condition) > 0);
        Assert.NotEqual(Norm(condition), Norm(null));
    }

    [Fact]
    public void What_does_not_fit_is_said()
    {
        using var plain = TinyModelKinds.Create(TinyModelKinds.StableDiffusion1);
        using var model = TinyModelKinds.Create(TinyModelKinds.UnClipWithLatents);
        using var condition = new ImageConditioner(model).Encode([_images[0]]);
        var request = new ImageRequest("a", new NoiseKey(7, "c")) { ImageCondition = condition };
        Assert.Contains("takes no images",
            Assert.Throws<ArgumentException>(
                () => new TextToImagePipeline(plain).Generate([request], s_options)).Message);
        Assert.Contains("[1, 4, 4, 8]",
            Assert.Throws<ArgumentException>(
                () => new TextToImagePipeline(model).Generate([request], s_options with { Height = 8 })).Message);
        Assert.Contains("0 to 999",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => new TextToImagePipeline(model).Generate(
                [request], s_options with { ImageNoiseLevel = 1000 })).Message);
        Assert.Contains(nameof(SamplingOptions.ImageGuidanceScale),
            Assert.Throws<ArgumentOutOfRangeException>(
                () => (s_options with { ImageGuidanceScale = -1 }).Validate()).Message);
        Assert.Throws<ArgumentException>(() => new ImageConditioner(model).Encode([]));
    }
}
