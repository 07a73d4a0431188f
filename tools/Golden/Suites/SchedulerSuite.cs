using System.Text.Json;
using MLNet.SynthAugment.Diffusion.Schedulers;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Golden.Suites;

/// <summary>
/// Samplers, from a JSON file with a list of trajectories: tables, timesteps, every step, and the forward process.
/// Formulas stand in for model, samples and noise.
/// </summary>
internal sealed class SchedulerSuite : IGoldenSuite
{
    private const double Tolerance = 1e-5;

    // Powers and logarithms in the choice of σ, and the near 0 end of a cosine schedule, amplify the rounding of the
    // tables.
    private const double LooseTolerance = 1e-4;

    /// <inheritdoc/>
    public IEnumerable<GoldenCase> Cases(GoldenFolder folder) =>
        from list in folder.JsonLists("cases")
        from trajectory in list.Entries
        where trajectory.TryGetProperty("prev_samples", out _) && trajectory.TryGetProperty("scheduler", out _)
        select new GoldenCase(trajectory.Text("name"), [list.File],
        checks => Check(trajectory, new SchedulerFormulas(list.Root), checks))
        { Float32Only = true };

    private static void Check(JsonElement golden, SchedulerFormulas formulas, GoldenChecks checks)
    {
        var scheduler = GoldenScheduler.Make(
            golden.Text("scheduler"), golden.Field("config"), golden.TryGetProperty("step_kwargs", out var arguments)
            ? arguments : default);
        var config = scheduler.Config;
        var tolerance = config.BetaSchedule == BetaSchedule.SquaredcosCapV2 || config.UseKarrasSigmas
            || config.InterpolationType == InterpolationType.LogLinear
            ? LooseTolerance
            : Tolerance;
        using var run = scheduler.Plan(golden.Count("num_inference_steps"));
        CheckTables(golden, run, checks, tolerance);
        CheckSteps(golden, run, formulas, checks, tolerance);
        CheckForwardProcess(golden, run, formulas, checks, tolerance);
    }

    private static void CheckTables(JsonElement golden, SamplingRun run, GoldenChecks checks, double tolerance)
    {
        checks.CloseNumbers("timesteps", golden.Field("timesteps").Numbers(), run.Timesteps, tolerance);
        checks.CloseNumbers("init_noise_sigma", [golden.Number("init_noise_sigma")], [run.InitNoiseSigma],
            tolerance);
        CheckTable(golden, "betas", run.Scheduler.NoiseSchedule.Betas, checks, tolerance);
        // Samplers that divide by alpha put a small number for the 0 at the end of a zero-SNR schedule.
        CheckTable(golden, "alphas_cumprod", run.Scheduler.NoiseSchedule.AlphasCumprod, checks, tolerance);
        if (golden.TryGetProperty("sigmas", out var sigmas))
            checks.CloseNumbers("sigmas", sigmas.Numbers(), run.Sigmas ?? [], tolerance);
        if (run.Scheduler is DdimScheduler ddim && golden.TryGetProperty("final_alpha_cumprod", out var finalAlpha))
            checks.CloseNumbers("final_alpha_cumprod", [finalAlpha.GetDouble()], [ddim.AlphaCumprod(-1)], tolerance);
    }

    private static void CheckTable(
        JsonElement golden, string name, IReadOnlyList<float> table, GoldenChecks checks, double tolerance)
    {
        if (!golden.TryGetProperty(name, out var entries)) return;
        var list = entries.EnumerateObject().ToList();
        checks.CloseNumbers(name, [.. list.Select(entry => entry.Value.GetDouble())],
            [.. list.Select(entry => (double)table[int.Parse(entry.Name)])], tolerance);
    }

    private static void CheckSteps(
        JsonElement golden, SamplingRun run, SchedulerFormulas formulas, GoldenChecks checks, double tolerance)
    {
        var shape = golden.Field("shape").Integers();
        var sample = tensor(golden.Field("initial_sample").Numbers()).reshape(shape);
        var noises = new Queue<double[]>(golden.Field("noises_used").EnumerateArray().Select(JsonValues.Numbers));
        for (var step = 0; step < run.Timesteps.Count; step++)
        {
            var input = run.ScaleModelInput(sample, step);
            Compare("scaled_model_inputs", input);
            var output = formulas.ModelOutput(input, run.Timesteps[step]);
            var noise = run.NeedsNoise(step) ? tensor(noises.Dequeue()).reshape(shape) : null;
            (sample, var original) = run.Step(output, step, sample, noise);
            Compare("prev_samples", sample);
            Compare("pred_original_samples", original);
            Compare("denoised", original);

            void Compare(string name, Tensor actual)
            {
                if (golden.TryGetProperty(name, out var expected))
                    checks.CloseNumbers($"{name}[{step}]", expected[step].Numbers(), Numbers(actual), tolerance);
            }
        }
        checks.Equal("draws of noise that were left", [0], [noises.Count]);
    }

    private static void CheckForwardProcess(
        JsonElement golden, SamplingRun run, SchedulerFormulas formulas, GoldenChecks checks, double tolerance)
    {
        var shape = golden.Field("shape").Integers();
        var count = (int)shape.Aggregate((product, size) => product * size);
        var (original, noise) = (Of(formulas.Sample), Of(formulas.Noise));
        Compare("add_noise", timestep => run.Sigmas is null
            ? run.Scheduler.AddNoise(original, noise, Rows((long)timestep))
            : run.AddNoiseAtStep(original, noise, Nearest(run.Timesteps, timestep)));
        Compare("get_velocity", timestep => run.Scheduler.GetVelocity(original, noise, Rows((long)timestep)));

        Tensor Of(Func<int, double> value) => tensor(Enumerable.Range(0, count).Select(value).ToArray()).reshape(shape);
        long[] Rows(long timestep) => [.. Enumerable.Repeat(timestep, (int)shape[0])];
        void Compare(string name, Func<double, Tensor> compute)
        {
            if (!golden.TryGetProperty(name, out var expected)) return;
            foreach (var (timestep, result) in expected.Field("timesteps").Numbers()
                .Zip(expected.Field("result").EnumerateArray()))
                checks.CloseNumbers($"{name} at {timestep}", result.Numbers(), Numbers(compute(timestep)), tolerance);
        }
    }

    private static int Nearest(IReadOnlyList<double> timesteps, double timestep) =>
        Enumerable.Range(0, timesteps.Count).MinBy(i => Math.Abs(timesteps[i] - timestep));

    private static double[] Numbers(Tensor tensor) => tensor.data<double>().ToArray();
}
