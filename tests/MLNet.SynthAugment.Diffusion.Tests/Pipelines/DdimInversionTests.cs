using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Diffusion.Schedulers;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Pipelines;

public class DdimInversionTests
{
    [Theory]
    [InlineData(PredictionType.Epsilon, 0.1)]
    [InlineData(PredictionType.VPrediction, 0.1)]
    public void Sampling_leads_back_to_the_latents(PredictionType prediction, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var unet = TinyModels.UNet();
        var config = SchedulerConfig.StableDiffusion with { PredictionType = prediction };
        var options = new SamplingOptions { Steps = 50, GuidanceScale = 1 };
        var conditioning = new Conditioning
        { PromptEmbeds = Noise.Normal(new NoiseKey(1, "prompt"), [1, 3, TinyModels.TextWidth]) };
        var latents = new LatentSampler(unet).Sample(
            new DdimScheduler(config), Noise.Normal(new NoiseKey(2, "z"), [1, 4, 8, 8]), conditioning, options);

        var timesteps = new List<double>();
        var noise = new DdimInversion(unet, new DdimScheduler(config)).Invert(
            latents, conditioning, options, step => timesteps.Add(step.Timestep));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => 20.0 * i + 1), timesteps);
        var again = new LatentSampler(unet).Sample(new DdimScheduler(config), noise, conditioning, options);
        TensorAssert.CloseRelative(latents, again, tolerance, "latents");
    }

    /// <summary>
    /// Numbers of steps that do not divide the number of timesteps; with a fixed stride the way back is not the way
    /// there.
    /// </summary>
    [Theory]
    [InlineData(TimestepSpacing.Linspace, 60)]
    [InlineData(TimestepSpacing.Trailing, 61)]
    [InlineData(TimestepSpacing.Leading, 61)]
    public void The_way_back_is_the_way_there_for_uneven_timesteps(TimestepSpacing spacing, int steps)
    {
        using var scope = NewDisposeScope();
        using var unet = TinyModels.UNet();
        var scheduler = new DdimScheduler(SchedulerConfig.StableDiffusion with { TimestepSpacing = spacing });
        var options = new SamplingOptions { Steps = steps, GuidanceScale = 1 };
        var prompt = Noise.Normal(new NoiseKey(1, "prompt"), [1, 3, TinyModels.TextWidth]);
        var conditioning = new Conditioning { PromptEmbeds = prompt };
        var sampler = new LatentSampler(unet);
        var start = Noise.Normal(new NoiseKey(2, "z"), [1, 4, 8, 8]);
        var latents = sampler.Sample(scheduler, start, conditioning, options);
        var noise = new DdimInversion(unet, scheduler).Invert(latents, conditioning, options);
        TensorAssert.CloseRelative(
            latents, sampler.Sample(scheduler, noise, conditioning, options), 0.1, "latents");
    }

    [Fact]
    public void It_can_be_cancelled()
    {
        using var scope = NewDisposeScope();
        using var unet = TinyModels.UNet();
        using var source = new CancellationTokenSource();
        var inversion = new DdimInversion(unet, new DdimScheduler(SchedulerConfig.StableDiffusion));
        Assert.Throws<OperationCanceledException>(() => inversion.Invert(
            Noise.Normal(new NoiseKey(2, "z"), [1, 4, 8, 8]),
                new Conditioning { PromptEmbeds = ones(1, 3, TinyModels.TextWidth) },
            new SamplingOptions { Steps = 4, GuidanceScale = 1 }, _ => source.Cancel(), source.Token));
    }
}
