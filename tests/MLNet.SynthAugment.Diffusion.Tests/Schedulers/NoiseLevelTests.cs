using MLNet.SynthAugment.Diffusion.Schedulers;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Schedulers;

/// <summary>Each step leaves the noise that the next one takes away.</summary>
public sealed class NoiseLevelTests
{
    private static readonly TimestepSpacing[] s_spacings = Enum.GetValues<TimestepSpacing>();

    [Fact]
    public void Steps_of_DDIM_chain_for_every_spacing_and_every_number_of_steps()
    {
        foreach (var spacing in s_spacings)
        {
            foreach (var toOne in new[] { false, true })
            {
                var scheduler = new DdimScheduler(
                    SchedulerConfig.StableDiffusion with { TimestepSpacing = spacing, SetAlphaToOne = toOne });
                for (var steps = 1; steps <= 1000; steps++)
                {
                    using var run = scheduler.Plan(steps);
                    for (var step = 0; step + 1 < run.Timesteps.Count; step++)
                        Assert.Equal(scheduler.NoiseSchedule.AlphasCumprod[(int)run.Timesteps[step + 1]],
                            scheduler.PreviousAlphaCumprod(run, step));
                    Assert.Equal(toOne ? 1 : scheduler.NoiseSchedule.AlphasCumprod[0],
                        scheduler.PreviousAlphaCumprod(run, run.Timesteps.Count - 1));
                }
            }
        }
    }

    /// <summary>
    /// With a model that knows the noise, the sample that enters a step is what the forward process gives there.
    /// </summary>
    [Theory]
    [InlineData(nameof(Sampler.Ddim))]
    [InlineData(nameof(Sampler.Pndm))]
    [InlineData(nameof(Sampler.Pndm), false)]
    [InlineData(nameof(Sampler.Euler))]
    [InlineData(nameof(Sampler.EulerKarras))]
    [InlineData(nameof(Sampler.DpmSolverPlusPlus2M))]
    [InlineData(nameof(Sampler.DpmSolverPlusPlus3MKarras))]
    public void A_model_that_knows_the_noise_is_at_the_noise_level_of_every_step(string sampler, bool skipPrk = true)
    {
        var config = SchedulerConfig.StableDiffusion.WithSampler(
            Sampler.Parse(sampler)) with
        { SkipPrkSteps = skipPrk };
        using var scope = NewDisposeScope();
        var (original, noise) = (tensor(new[] { 0.5, -0.3 }), tensor(new[] { 1.2, 0.7 }));
        foreach (var spacing in s_spacings)
        {
            foreach (var steps in new[] { 4, 7, 10, 13, 30, 61, 150 })
            {
                using var runScope = NewDisposeScope();
                var scheduler = Scheduler.Create(config with { TimestepSpacing = spacing }, Assert.Fail);
                using var run = scheduler.Plan(steps);
                var sample = run.AddNoiseAtStep(original, noise, 0);
                for (var step = 0; step < run.Timesteps.Count; step++)
                {
                    TensorAssert.Close(run.AddNoiseAtStep(original, noise, step), sample, 1e-4,
                        $"{spacing}, {steps} steps, before step {step}");
                    sample = run.Step(noise, step, sample).PreviousSample;
                }
                var end = scheduler is DdimScheduler or PndmScheduler
                    ? Math.Sqrt(1 - (double)scheduler.NoiseSchedule.AlphasCumprod[0])
                    : 0;
                TensorAssert.Close(Math.Sqrt(1 - end * end) * original + end * noise, sample, 1e-4,
                    $"{spacing}, {steps} steps, at the end");
            }
        }
    }

    /// <summary>By the formula t − T / n of diffusers, which at 111 leads past the 0 that comes next.</summary>
    [Fact]
    public void The_fixed_stride_of_diffusers_is_an_option()
    {
        var config = SchedulerConfig.StableDiffusion with
        {
            TimestepSpacing = TimestepSpacing.Linspace,
            PreviousTimestep = PreviousTimestep.FixedStride,
        };
        var scheduler = new DdimScheduler(SchedulerConfig.FromJson(config.ToJson()));
        using var run = scheduler.Plan(10);
        Assert.Equal([999, 888, 777, 666, 555, 444, 333, 222, 111, 0], run.Timesteps);
        int[] reached = [899, 788, 677, 566, 455, 344, 233, 122, 11, -100];
        var alphas = Enumerable.Range(0, 10).Select(step => scheduler.PreviousAlphaCumprod(run, step));
        Assert.Equal(reached.Select(scheduler.AlphaCumprod), alphas);
        Assert.Contains("\"previous_timestep\": \"fixed_stride\"", config.ToJson());
        Assert.DoesNotContain("previous_timestep", SchedulerConfig.StableDiffusion.ToJson());

        // The number in docs/samplers.md: the noise that is left where none of it is expected.
        Assert.Equal(3.51, NoiseRate(scheduler.PreviousAlphaCumprod(run, 8)) / NoiseRate(scheduler.AlphaCumprod(0)),
            0.01);

        static double NoiseRate(float alpha) => Math.Sqrt(1 - (double)alpha);
    }
}
