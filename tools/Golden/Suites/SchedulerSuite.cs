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

    private static double[] Numbers(Tensor tensor) => tensor.ToArray<double>();
}

/// <summary>
/// What stands in for model, samples and noise in a file of sampler trajectories. Its object <c>formulas</c> holds the
/// numbers; those of the first files are meant where it is not there.
/// </summary>
internal sealed class SchedulerFormulas(JsonElement root)
{
    private readonly JsonElement? _formulas = root.TryGetProperty("formulas", out var formulas) ? formulas : null;

    /// <summary>The model's output: x·input + amplitude·wave(timestep / period).</summary>
    public Tensor ModelOutput(Tensor input, double timestep) =>
        (Kept(Number("model_output", "x", 0.3)) * input).Plus(
            Number("model_output", "amplitude", 0.1) * Wave(
            "model_output", timestep / Number("model_output", "period", 100)));

    /// <summary>Element i of the clean sample: amplitude·wave(offset + step·i).</summary>
    public double Sample(int i) =>
        Number("initial_sample", "amplitude", 1) * Wave(
            "initial_sample", Number("initial_sample", "offset", 1) + (Number("initial_sample", "step", 0.7) * i));

    /// <summary>Element i of the first noise: amplitude·wave(step·(i + 1)).</summary>
    public double Noise(int i) =>
        Number("noise", "amplitude", 1.2) * Wave("noise", Number("noise", "step", 12.9898) * (i + 1));

    private double Wave(string formula, double angle) => (Field(formula, "wave")?.GetString() ?? "sin") switch
    {
        "sin" => Math.Sin(angle),
        "cos" => Math.Cos(angle),
        var other => throw new FormatException(
            $"The formula '{formula}' has the wave '{other}'; sin and cos are known."),
    };

    private double Number(string formula, string key, double otherwise) =>
        Field(formula, key)?.GetDouble() ?? otherwise;

    private JsonElement? Field(string formula, string key) =>
        _formulas is { } all && all.TryGetProperty(formula, out var fields)
            && fields.TryGetProperty(key, out var value) ? value : null;
}
