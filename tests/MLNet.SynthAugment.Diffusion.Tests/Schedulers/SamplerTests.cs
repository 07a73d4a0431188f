using MLNet.SynthAugment.Diffusion.Schedulers;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Schedulers;

/// <summary>
/// Every sampler on data x₀ ~ N(m, s²), for which the optimal prediction is known in closed form: a run must lead to
/// that mean and spread, whatever the number of steps does to the last digits.
/// </summary>
public class SamplerTests
{
    private const double Mean = 0.5;
    private const double Spread = 0.6;
    private const int Samples = 20_000;

    public static TheoryData<Sampler> Samplers => [.. Enum.GetValues<Sampler>()];

    // A consistency model predicts something else than the optimal noise.
    public static TheoryData<Sampler> SolversOfTheProcess =>
        [.. Enum.GetValues<Sampler>().Where(sampler => sampler != Sampler.Lcm)];

    [Theory]
    [MemberData(nameof(SolversOfTheProcess))]
    public void Many_steps_reproduce_mean_and_spread(Sampler sampler)
    {
        using var scope = NewDisposeScope();
        AssertMoments(Run(Make(sampler), StepsFor(sampler)), 0.03);
    }

    [Theory]
    [MemberData(nameof(SolversOfTheProcess))]
    public void A_run_over_the_last_half_of_the_steps_keeps_mean_and_spread(Sampler sampler)
    {
        using var scope = NewDisposeScope();
        var scheduler = Make(sampler);
        scheduler.SetTimesteps(StepsFor(sampler));
        var first = scheduler.Timesteps.Count / 2;
        var start = scheduler.AddNoiseAtStep(Mean + Spread * Normal("data"), Normal("start"), first);
        AssertMoments(Run(scheduler, start, first), 0.03);
    }

    [Theory]
    [MemberData(nameof(SolversOfTheProcess))]
    public void Velocity_prediction_leads_to_the_same_distribution(Sampler sampler)
    {
        using var scope = NewDisposeScope();
        AssertMoments(Run(Make(sampler, PredictionType.VPrediction), StepsFor(sampler)), 0.03);
    }

    [Theory]
    [MemberData(nameof(Samplers))]
    public void Any_number_of_steps_works_and_a_second_run_gives_the_same(Sampler sampler)
    {
        var scheduler = Make(sampler);
        foreach (var steps in new[] { 1, 2, 3, 7, 19, 100, 999 }.Where(steps => sampler != Sampler.Lcm || steps <= 50))
        {
            using var scope = NewDisposeScope();
            var first = Run(scheduler, steps, samples: 16);
            Assert.True(first.isfinite().all().item<bool>(), $"{steps} steps");
            Assert.InRange(scheduler.Timesteps.Count, steps, steps + 1);
            Assert.All(scheduler.Timesteps, timestep => Assert.InRange(timestep, 0, 999));
            Assert.Equal(scheduler.Timesteps.OrderDescending(), scheduler.Timesteps);
            Assert.True(Tensors.BitEqual(first, Run(scheduler, steps, samples: 16)), $"{steps} steps");
        }
    }

    [Theory]
    [MemberData(nameof(Samplers))]
    public void An_abandoned_run_leaves_no_trace_in_the_next(Sampler sampler)
    {
        using var scope = NewDisposeScope();
        var scheduler = Make(sampler);
        var expected = Run(scheduler, 8, samples: 16);
        scheduler.SetTimesteps(8);
        var other = 3 * Normal("other", 16);
        for (var step = 0; step < 3; step++)
            other = scheduler.Step(other, step, other, Normal($"{step}", 16)).PreviousSample;
        Assert.True(Tensors.BitEqual(expected, Run(scheduler, 8, samples: 16)));
    }

    [Fact]
    public void What_samplers_keep_between_steps_is_freed_with_the_run()
    {
        Scheduler[] schedulers =
            [Make(Sampler.Pndm), Make(Sampler.DpmSolverPlusPlus3M), new PndmScheduler(SchedulerConfig.StableDiffusion)];
        // A kept tensor takes 1 MB.
        ResidentMemory.AssertFlat(3, 30, 20, _ =>
        {
            foreach (var scheduler in schedulers)
            {
                using var scope = NewDisposeScope();
                Run(scheduler, 6, samples: 250_000);
            }
        });
    }

    [Theory]
    [InlineData(Sampler.Ddim)]
    [InlineData(Sampler.Euler)]
    [InlineData(Sampler.DpmSolverPlusPlus2M)]
    public void Steps_pass_gradients_on(Sampler sampler)
    {
        using var scope = NewDisposeScope();
        var scheduler = Make(sampler);
        scheduler.SetTimesteps(4);
        var start = (Normal("start", 4) * scheduler.InitNoiseSigma).requires_grad_();
        Denoise(scheduler, start, 0).sum().backward();
        var moved = Denoise(scheduler, start.detach() + 0.5, 0).sum() - Denoise(scheduler, start.detach() - 0.5, 0)
            .sum();
        // The optimal prediction is linear in the sample, so the difference quotient is exact.
        Assert.Equal(moved.item<float>(), start.grad!.sum().item<float>(), 1e-3);
    }

    private static Scheduler Make(Sampler sampler, PredictionType prediction = PredictionType.Epsilon) =>
        Scheduler.Create(SchedulerConfig.StableDiffusion.WithSampler(sampler) with { PredictionType = prediction },
            Assert.Fail);

    private static int StepsFor(Sampler sampler) => sampler == Sampler.Ddpm ? 500 : 100;

    private static Tensor Run(Scheduler scheduler, int steps, int samples = Samples)
    {
        scheduler.SetTimesteps(steps);
        return Run(scheduler, Normal("start", samples) * scheduler.InitNoiseSigma, 0);
    }

    private static Tensor Run(Scheduler scheduler, Tensor start, int first)
    {
        using var noGradient = no_grad();
        return Denoise(scheduler, start, first);
    }

    private static Tensor Denoise(Scheduler scheduler, Tensor sample, int first)
    {
        for (var step = first; step < scheduler.Timesteps.Count; step++)
        {
            var prediction = OptimalPrediction(scheduler, scheduler.ScaleModelInput(sample, step), step);
            var noise = scheduler.NeedsNoise(step) ? Normal($"step {step}", (int)sample.shape[0]) : null;
            sample = scheduler.Step(prediction, step, sample, noise).PreviousSample;
        }
        return sample;
    }

    // E[ε | x] for x = √ᾱ·x₀ + √(1−ᾱ)·ε with x₀ ~ N(m, s²).
    private static Tensor OptimalPrediction(Scheduler scheduler, Tensor input, int step)
    {
        var alpha = AlphaCumprod(scheduler, step);
        var epsilon = Math.Sqrt(1 - alpha) / (alpha * Spread * Spread + 1 - alpha) * (input - Math.Sqrt(alpha) * Mean);
        return scheduler.Config.PredictionType == PredictionType.Epsilon
            ? epsilon : (epsilon - Math.Sqrt(1 - alpha) * input) / Math.Sqrt(alpha);
    }

    private static double AlphaCumprod(Scheduler scheduler, int step) => scheduler switch
    {
        VarianceExplodingScheduler exploding => 1 / (1 + Math.Pow(exploding.Sigmas[step], 2)),
        DpmSolverMultistepScheduler solver => 1 / (1 + Math.Pow(solver.Sigmas[step], 2)),
        _ => scheduler.NoiseSchedule.AlphasCumprod[(int)scheduler.Timesteps[step]],
    };

    private static void AssertMoments(Tensor samples, double tolerance)
    {
        Assert.Equal(Mean, samples.mean().item<float>(), tolerance);
        Assert.Equal(Spread, samples.std().item<float>(), tolerance);
    }

    private static Tensor Normal(string stream, int samples = Samples) =>
        Noise.Normal(new NoiseKey(7, "toy"), [samples, 1], stream);
}
