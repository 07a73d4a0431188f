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

    public static TheoryData<string> Samplers => [.. Sampler.All.Select(sampler => sampler.Name)];

    // A consistency model predicts something else than the optimal noise.
    public static TheoryData<string> SolversOfTheProcess =>
        [.. Sampler.All.Where(sampler => sampler != Sampler.Lcm).Select(sampler => sampler.Name)];

    [Theory]
    [MemberData(nameof(SolversOfTheProcess))]
    public void Many_steps_reproduce_mean_and_spread(string sampler)
    {
        using var scope = NewDisposeScope();
        AssertMoments(Run(Make(sampler), StepsFor(sampler)), 0.03);
    }

    [Theory]
    [MemberData(nameof(SolversOfTheProcess))]
    public void A_run_over_the_last_half_of_the_steps_keeps_mean_and_spread(string sampler)
    {
        using var scope = NewDisposeScope();
        using var run = Make(sampler).Plan(StepsFor(sampler));
        var first = run.Timesteps.Count / 2;
        var start = run.AddNoiseAtStep(Mean + Spread * Normal("data"), Normal("start"), first);
        AssertMoments(Run(run, start, first), 0.03);
    }

    [Theory]
    [MemberData(nameof(SolversOfTheProcess))]
    public void Velocity_prediction_leads_to_the_same_distribution(string sampler)
    {
        using var scope = NewDisposeScope();
        AssertMoments(Run(Make(sampler, PredictionType.VPrediction), StepsFor(sampler)), 0.03);
    }

    [Theory]
    [MemberData(nameof(Samplers))]
    public void Any_number_of_steps_works_and_a_second_run_gives_the_same(string sampler)
    {
        var scheduler = Make(sampler);
        foreach (var steps in new[] { 1, 2, 3, 7, 19, 100, 999 }.Where(steps =>
            sampler != nameof(Sampler.Lcm) || steps <= 50))
        {
            using var scope = NewDisposeScope();
            var first = Run(scheduler, steps, samples: 16);
            Assert.True(first.isfinite().all().item<bool>(), $"{steps} steps");
            using var run = scheduler.Plan(steps);
            Assert.InRange(run.Timesteps.Count, steps, steps + 1);
            Assert.All(run.Timesteps, timestep => Assert.InRange(timestep, 0, 999));
            Assert.Equal(run.Timesteps.OrderDescending(), run.Timesteps);
            Assert.True(Tensors.BitEqual(first, Run(scheduler, steps, samples: 16)), $"{steps} steps");
        }
    }

    [Theory]
    [MemberData(nameof(Samplers))]
    public void Runs_of_one_scheduler_do_not_disturb_each_other(string sampler)
    {
        using var scope = NewDisposeScope();
        var scheduler = Make(sampler);
        var expected = Run(scheduler, 8, samples: 16);
        using var abandoned = scheduler.Plan(8);
        var other = 3 * Normal("other", 16);
        for (var step = 0; step < 3; step++)
            other = abandoned.Step(other, step, other, Normal($"{step}", 16)).PreviousSample;
        Assert.True(Tensors.BitEqual(expected, Run(scheduler, 8, samples: 16)));
    }

    [Theory]
    [MemberData(nameof(Samplers))]
    public void A_run_that_builds_on_earlier_steps_refuses_others_than_the_next(string sampler)
    {
        using var scope = NewDisposeScope();
        using var run = Make(sampler).Plan(8);
        var sample = Normal("start", 16);
        void Step(int step) => run.Step(sample, step, sample, sample);
        Step(2);
        if (!run.UsesEarlierSteps)
        {
            Step(5);
            Step(2);
            return;
        }
        Step(3);
        foreach (var wrong in new[] { 3, 2, 5 })
            Assert.Contains("plan another run",
                Assert.Throws<InvalidOperationException>(() => Step(wrong)).Message);
        Step(4);
    }

    [Fact]
    public void What_samplers_keep_between_steps_is_freed_with_the_run()
    {
        Scheduler[] schedulers =
            [Make(nameof(Sampler.Pndm)), Make(nameof(Sampler.DpmSolverPlusPlus3M)),
                new PndmScheduler(SchedulerConfig.StableDiffusion)];
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
    [InlineData(nameof(Sampler.Ddim))]
    [InlineData(nameof(Sampler.Euler))]
    [InlineData(nameof(Sampler.DpmSolverPlusPlus2M))]
    public void Steps_pass_gradients_on(string sampler)
    {
        using var scope = NewDisposeScope();
        var scheduler = Make(sampler);
        Tensor Denoised(Tensor start)
        {
            using var run = scheduler.Plan(4);
            return Denoise(run, start, 0).sum();
        }
        using var plan = scheduler.Plan(4);
        var start = plan.StartFrom(Normal("start", 4)).requires_grad_();
        Denoised(start).backward();
        var moved = Denoised(start.detach() + 0.5) - Denoised(start.detach() - 0.5);
        // The optimal prediction is linear in the sample, so the difference quotient is exact.
        Assert.Equal(moved.item<float>(), start.grad!.sum().item<float>(), 1e-3);
    }

    private static Scheduler Make(string sampler, PredictionType prediction = PredictionType.Epsilon) =>
        Scheduler.Create(SchedulerConfig.StableDiffusion.WithSampler(
            Sampler.Parse(sampler)) with
        { PredictionType = prediction },
            Assert.Fail);

    private static int StepsFor(string sampler) => sampler == nameof(Sampler.Ddpm) ? 500 : 100;

    private static Tensor Run(Scheduler scheduler, int steps, int samples = Samples)
    {
        using var run = scheduler.Plan(steps);
        return Run(run, Normal("start", samples) * run.InitNoiseSigma, 0);
    }

    private static Tensor Run(SamplingRun run, Tensor start, int first)
    {
        using var noGradient = no_grad();
        return Denoise(run, start, first);
    }

    private static Tensor Denoise(SamplingRun run, Tensor sample, int first)
    {
        for (var step = first; step < run.Timesteps.Count; step++)
        {
            var prediction = OptimalPrediction(run, run.ScaleModelInput(sample, step), step);
            var noise = run.NeedsNoise(step) ? Normal($"step {step}", (int)sample.shape[0]) : null;
            sample = run.Step(prediction, step, sample, noise).PreviousSample;
        }
        return sample;
    }

    // E[ε | x] for x = √ᾱ·x₀ + √(1−ᾱ)·ε with x₀ ~ N(m, s²).
    private static Tensor OptimalPrediction(SamplingRun run, Tensor input, int step)
    {
        var alpha = run.AlphaCumprod(step);
        var epsilon = Math.Sqrt(1 - alpha) / (alpha * Spread * Spread + 1 - alpha) * (input - Math.Sqrt(alpha) * Mean);
        return run.Scheduler.Config.PredictionType == PredictionType.Epsilon
            ? epsilon : (epsilon - Math.Sqrt(1 - alpha) * input) / Math.Sqrt(alpha);
    }

    private static void AssertMoments(Tensor samples, double tolerance)
    {
        Assert.Equal(Mean, samples.mean().item<float>(), tolerance);
        Assert.Equal(Spread, samples.std().item<float>(), tolerance);
    }

    private static Tensor Normal(string stream, int samples = Samples) =>
        Noise.Normal(new NoiseKey(7, "toy"), [samples, 1], stream);
}
