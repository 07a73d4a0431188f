using System.Text.Json;
using MLNet.SynthAugment.Diffusion.Guidance;
using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.UNets;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Pipelines;

public sealed class GuidedUNetTests : IDisposable
{
    private static readonly SamplingRun s_run = new RunAt300();

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly LatentDiffusionModel _model = TinyModelKinds.Create(TinyModelKinds.StableDiffusion1);
    private readonly Tensor _latents;
    private readonly Conditioning _conditioning;

    public GuidedUNetTests()
    {
        _latents = linspace(-1, 1, 2 * 4 * 8 * 8).reshape(2, 4, 8, 8);
        _conditioning = new Conditioning
        {
            PromptEmbeds = linspace(-1, 1, 2 * 3 * TinyModels.TextWidth).reshape(2, 3, TinyModels.TextWidth),
            NegativePromptEmbeds = linspace(1, 0, 2 * 3 * TinyModels.TextWidth).reshape(2, 3, TinyModels.TextWidth),
        };
    }

    public void Dispose()
    {
        _model.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Guidance_is_the_weighted_difference_of_two_predictions()
    {
        using var noGradient = no_grad();
        var positive = _model.UNet.forward(_latents, tensor(300f), _conditioning.PromptEmbeds);
        var negative = _model.UNet.forward(_latents, tensor(300f), _conditioning.NegativePromptEmbeds!);
        TensorAssert.Close(negative + 3 * (positive - negative), Predict(new SamplingOptions { GuidanceScale = 3 }),
            1e-5, "guided");
        TensorAssert.Close(positive, Predict(new SamplingOptions { GuidanceScale = 1 }), 1e-5, "unguided");
        TensorAssert.Close(negative, Predict(new SamplingOptions { GuidanceScale = 0 }), 1e-5, "unconditional");
    }

    [Theory]
    [InlineData(3.0, 1.5)]
    [InlineData(3.0, 1.0)]
    [InlineData(3.0, 3.0)]
    [InlineData(1.0, 2.0)]
    public void Image_and_text_are_guided_by_scales_of_their_own(double textScale, double imageScale)
    {
        using var noGradient = no_grad();
        using var model = TinyModelKinds.Create(TinyModelKinds.UnClipWithLatents);
        var (labels, channels) =
            (linspace(-1, 1, 2 * 12).reshape(2, 12), linspace(0, 1, 2 * 4 * 8 * 8).reshape(2, 4, 8, 8));
        var conditioning = _conditioning with
        {
            Conditions = new UNetConditions { ClassLabels = labels },
            NegativeConditions = new UNetConditions { ClassLabels = zeros_like(labels) },
            ExtraChannels = channels,
            NegativeExtraChannels = zeros_like(channels),
            HasImages = true,
        };
        Tensor Part(Tensor text, bool withImage) =>
            model.UNet.forward(cat([_latents, withImage ? channels : zeros_like(channels)], 1), tensor(300f), text,
            new UNetConditions { ClassLabels = withImage ? labels : zeros_like(labels) });
        var (neither, image, both) =
            (Part(_conditioning.NegativePromptEmbeds!, false), Part(_conditioning.NegativePromptEmbeds!, true),
            Part(_conditioning.PromptEmbeds, true));
        using var unet = new GuidedUNet(model.UNet, conditioning,
            new SamplingOptions { GuidanceScale = textScale, ImageGuidanceScale = imageScale });
        TensorAssert.Close(neither + imageScale * (image - neither) + textScale * (both - image),
            unet.Predict(s_run, 0, _latents), 1e-5, "guided");
    }

    [Fact]
    public void Outside_its_interval_guidance_is_off()
    {
        using var noGradient = no_grad();
        var options = new SamplingOptions { Steps = 10, GuidanceScale = 3, GuidanceStart = 0.2, GuidanceEnd = 0.6 };
        var (guided, unguided) =
            (Predict(options with { GuidanceStart = 0, GuidanceEnd = 1 }), Predict(options with { GuidanceScale = 1 }));
        int[] guidedSteps = [2, 3, 4, 5];
        for (var step = 0; step < options.Steps; step++)
            TensorAssert.Close(guidedSteps.Contains(step)
                ? guided : unguided, Predict(options, step), 0, $"step {step}");
        // PNDM has a step more than were asked for; the last ones go together.
        Assert.True((options with { GuidanceEnd = 1 }).IsGuided(10));
        Assert.False(options.IsGuided(10));
        Assert.Contains("GuidanceEnd",
            Assert.ThrowsAny<ArgumentException>(() => Predict(options with { GuidanceEnd = 0.1 })).Message);
    }

    [Fact]
    public void Gradients_reach_the_latents()
    {
        var latents = _latents.clone().requires_grad_();
        using var unet = new GuidedUNet(_model.UNet, _conditioning, new SamplingOptions { GuidanceScale = 3 });
        unet.Predict(s_run, 0, latents).square().sum().backward();
        var (row, step) = (latents.grad!, 1e-2f);
        double Loss(float shift)
        {
            using var noGradient = no_grad();
            var moved = _latents.clone();
            moved[1, 2, 3, 4] += shift;
            return unet.Predict(s_run, 0, moved).to(ScalarType.Float64).square().sum().item<double>();
        }
        var slope = (Loss(step) - Loss(-step)) / (2 * step);
        Assert.InRange(row[1, 2, 3, 4].item<float>(), slope - 0.02 * Math.Abs(slope) - 1e-2,
            slope + 0.02 * Math.Abs(slope) + 1e-2);
    }

    [Fact]
    public void What_does_not_fit_is_said()
    {
        string Message(Conditioning conditioning) => Assert.Throws<ArgumentException>(() =>
        {
            using var unet = new GuidedUNet(_model.UNet, conditioning, new SamplingOptions());
            unet.Predict(s_run, 0, _latents);
        }).Message;
        Assert.Contains("negative prompt", Message(_conditioning with { NegativePromptEmbeds = null }));
        Assert.Contains("must be equal",
            Message(_conditioning with { NegativePromptEmbeds = _conditioning.PromptEmbeds[..1] }));
        Assert.Contains("text embeddings",
            Message(new Conditioning { PromptEmbeds = zeros(2, 3, 5), NegativePromptEmbeds = zeros(2, 3, 5) }));
        Assert.Contains("latents", Message(_conditioning with { ExtraChannels = zeros(2, 5, 8, 8) }));
    }

    [Fact]
    public void Users_can_write_a_guidance_of_their_own()
    {
        using var noGradient = no_grad();
        var own = new SamplingOptions { Guidance = new HalfWay(0.25) };
        var alike = new SamplingOptions { GuidanceScale = 0.25 };
        TensorAssert.Close(Predict(alike) + 300, Predict(own), 1e-4, "half way, and the timestep");
        TensorAssert.Close(Predict(new SamplingOptions { GuidanceScale = 1 }),
            Predict(own with { Steps = 10, GuidanceStart = 0.5 }), 1e-5, "outside the interval");
    }

    // What a user would write: one file.
    private sealed record HalfWay(double Share) : IGuidance
    {
        public IReadOnlyList<GuidancePart> Parts => [GuidancePart.Conditional, GuidancePart.Unconditional];

        public Tensor Combine(IReadOnlyList<Tensor> predictions, GuidanceStep step) =>
            Share * predictions[0] + (1 - Share) * predictions[1] + step.Timestep;
    }

    [Fact]
    public void A_guidance_survives_JSON()
    {
        IGuidance[] all = [new ClassifierFreeGuidance(2), new RescaledGuidance(new ImageTextGuidance(1.5, 7), 0.7)];
        foreach (var guidance in all)
        {
            var text = JsonSerializer.Serialize(new SamplingOptions { Guidance = guidance });
            Assert.Equal(guidance, JsonSerializer.Deserialize<SamplingOptions>(text)!.Guidance);
        }
        Assert.Equal("""{"Kind":"ClassifierFreeGuidance","Scale":2}""", JsonSerializer.Serialize(all[0]));
        Assert.Contains(nameof(HalfWay), JsonSerializer.Serialize<IGuidance>(new HalfWay(0.5)));
        Assert.Contains("is one of ClassifierFreeGuidance",
            Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<IGuidance>("""{"Kind":"X"}""")).Message);
    }

    private Tensor Predict(SamplingOptions options, int step = 0)
    {
        using var unet = new GuidedUNet(_model.UNet, _conditioning, options);
        return unet.Predict(s_run, step, _latents);
    }

    // Every step at one timestep.
    private sealed class RunAt300() : SamplingRun(
        new DdimScheduler(SchedulerConfig.StableDiffusion), [.. Enumerable.Repeat(300.0, 11)])
    {
        public override bool NeedsNoise(int stepIndex) => false;

        protected override SchedulerStep Advance(Tensor modelOutput, int stepIndex, Tensor sample, Tensor? noise) =>
            throw new NotSupportedException();
    }
}
