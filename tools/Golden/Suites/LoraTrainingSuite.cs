using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.Training;

namespace MLNet.SynthAugment.Golden.Suites;

/// <summary>
/// LoRA training runs: losses, learning rates, gradients of the first step, gradient norms, final weights and their
/// change.
/// </summary>
internal sealed class LoraTrainingSuite : IGoldenSuite
{
    private const double LossTolerance = 1e-5;
    private const double RateTolerance = 1e-10;
    private const double GradientTolerance = 1e-4;
    private const double WeightTolerance = 2e-6;
    private const double ChangeTolerance = 0.05;
    private const double OutputTolerance = 1e-4;

    // How a golden run says that it starts from a file with all B matrices set to zero.
    private const string ZeroB = "every lora_B set to zero";

    /// <inheritdoc/>
    public IEnumerable<GoldenCase> Cases(GoldenFolder folder)
    {
        foreach (var (list, root, runs) in folder.JsonLists("runs"))
        {
            foreach (var run in runs.Where(
                entry => entry.TryGetProperty("initial_weights", out _) && folder.Has(entry.Text("file"))))
            {
                yield return new GoldenCase(
                    Path.GetFileNameWithoutExtension(run.Text("file")), [list, run.Text("file")],
                    checks => Check(folder, root, run, checks))
                {
                    NeedsGradients = true,
                    Float32Only = true,
                };
            }
        }
    }

    private static void Check(GoldenFolder folder, JsonElement root, JsonElement run, GoldenChecks checks)
    {
        var golden = folder.Tensors(run.Text("file"));
        using var models = new LoraModels(folder, checks);
        using var frozen = new FrozenParameters(models.UNet, models.TextEncoder);
        using var initial = Initial(folder, run.Text("initial_weights"));
        using var parameters = new LoraParameters(initial, models.Layers);
        using var optimizer = new TrainingOptimizer(parameters.Flat, Options(root.Field("optimizer"), run));
        var scheduler = new DdpmScheduler(SchedulerConfig.FromJson(root.Field("noise_scheduler").GetRawText()));
        var steps = run.Count("steps");
        var (losses, rates, norms) = (golden["losses"], golden["learning_rates"], golden["grad_norms"]);
        for (var step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            var batch = new Batch(golden, step, checks);
            var text = models.TextEncoder.forward(batch.InputIds);
            var loss = NoisePredictionLoss.Compute(
                models.UNet, scheduler, new NoisedLatents(batch.Latents, batch.Noise, batch.Timesteps), text);
            if (step == 0)
            {
                CheckParts(golden, models, scheduler, batch, text, checks);
                CheckGradients(loss, parameters.Flat, initial, golden, checks);
            }
            var update = optimizer.Update(loss, step);
            checks.CloseNumber($"losses[{step}]", losses[step].item<float>(), update.Loss, LossTolerance);
            checks.CloseNumber($"learning_rates[{step}]", rates[step].item<float>(), update.LearningRate,
                RateTolerance);
            checks.CloseNumber($"grad_norms[{step}]", norms[step].item<float>(), update.GradientNorm,
                GradientTolerance * norms[step].item<float>());
        }
        using var trained = parameters.ToAdapter(new Dictionary<string, string>());
        foreach (var (path, matrices) in trained.Layers)
        {
            CheckWeight($"after{steps}.{path}.lora_A.weight", initial.Layers[path].A, matrices.A, golden, checks);
            CheckWeight($"after{steps}.{path}.lora_B.weight", initial.Layers[path].B, matrices.B, golden, checks);
        }
    }

    private static LoraAdapter Initial(GoldenFolder folder, string description)
    {
        var adapter = LoraAdapter.Load(folder.Resolve(description.Split(' ')[0]));
        if (description.EndsWith(ZeroB, StringComparison.Ordinal))
        {
            foreach (var matrices in adapter.Layers.Values)
                matrices.B.zero_();
        }
        return adapter;
    }

    private static LoraTrainingOptions Options(JsonElement optimizer, JsonElement run) => new()
    {
        LearningRate = optimizer.Number("lr"),
        WeightDecay = optimizer.Number("weight_decay"),
        MaxGradientNorm = run.Number("max_grad_norm"),
        WarmupSteps = run.Count("num_warmup_steps"),
        Steps = run.Count("num_training_steps"),
        Schedule = run.Text("lr_scheduler") switch
        {
            "cosine" => LearningRateSchedule.Cosine,
            var other => throw new NotSupportedException($"The learning-rate schedule '{other}' is not known."),
        },
    };

    private static void CheckParts(
        GoldenTensors golden, LoraModels models, Scheduler scheduler, Batch batch, Tensor text, GoldenChecks checks)
    {
        using var _ = no_grad();
        var noisy = scheduler.AddNoise(batch.Latents, batch.Noise, batch.Timesteps);
        if (golden.Find("step0.noisy") is { } expectedNoisy)
            checks.Close("step0.noisy", expectedNoisy, noisy, LossTolerance);
        if (golden.Find("step0.pred") is { } expectedPrediction)
            checks.Close("step0.pred", expectedPrediction,
                models.UNet.forward(noisy, tensor(batch.Timesteps, device: checks.Device), text), OutputTolerance);
        if (golden.Find("step0.target") is { } expectedTarget)
            checks.Close("step0.target", expectedTarget,
                scheduler.TrainingTarget(batch.Latents, batch.Noise, batch.Timesteps), LossTolerance);
    }

    private static void CheckGradients(
        Tensor loss, FlatParameters parameters, LoraAdapter adapter, GoldenTensors golden, GoldenChecks checks)
    {
        autograd.backward([loss], null, retain_graph: true);
        foreach (var (i, path) in adapter.Layers.Keys.Index())
        {
            Compare($"grad.step0.{path}.lora_A.weight", parameters.Leaves[2 * i]);
            Compare($"grad.step0.{path}.lora_B.weight", parameters.Leaves[2 * i + 1]);
        }

        void Compare(string name, Tensor leaf) =>
            checks.CloseToLargest(name, golden[name], leaf.grad!, GradientTolerance);
    }

    // A weight changes so little that its own tolerance alone would let a run pass that did nothing.
    private static void CheckWeight(string name, Tensor before, Tensor after, GoldenTensors golden, GoldenChecks checks)
    {
        using var scope = NewDisposeScope();
        var expected = golden[name];
        checks.Close(name, expected, after, WeightTolerance);
        checks.CloseToLargest(name + " (change)", expected - before, after - before, ChangeTolerance);
    }

    private sealed class Batch(GoldenTensors golden, int step, GoldenChecks checks)
    {
        public Tensor Latents { get; } = checks.Input(golden[$"step{step}.latents"]);

        public Tensor Noise { get; } = checks.Input(golden[$"step{step}.noise"]);

        public Tensor InputIds { get; } = checks.Input(golden[$"step{step}.input_ids"]);

        public long[] Timesteps { get; } = golden[$"step{step}.timesteps"].ToArray<long>();
    }
}
