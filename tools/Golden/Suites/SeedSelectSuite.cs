using MLNet.SynthAugment.Diffusion.Autoencoders;
using MLNet.SynthAugment.Diffusion.Seeds;

namespace MLNet.SynthAugment.Golden.Suites;

/// <summary>
/// SeedSelect, from a JSON list of runs: the terms of the loss, gradients through the whole sampler, and the seed after
/// each update.
/// </summary>
internal sealed class SeedSelectSuite : IGoldenSuite
{
    private const double EmbeddingTolerance = 5e-5;
    private const double TermTolerance = 1e-4;
    private const double GradientTolerance = 1e-4;
    private const double LatentTolerance = 1e-4;
    private const double SeedTolerance = 2e-3;
    private const double MeanSeedTolerance = 2e-5;

    /// <inheritdoc/>
    public IEnumerable<GoldenCase> Cases(GoldenFolder folder) =>
        from file in folder.Files
        where file.EndsWith(".json", StringComparison.Ordinal)
        && folder.Json(file) is { ValueKind: JsonValueKind.Array }
        from run in folder.Json(file)!.Value.EnumerateArray()
        where run.ValueKind == JsonValueKind.Object && run.TryGetProperty("step_weights", out _)
        select new GoldenCase(
            Path.GetFileNameWithoutExtension(run.Text("file")), [file, run.Text("file")],
            checks => Check(folder, run, checks))
        { NeedsGradients = true, Float32Only = true };

    private static void Check(GoldenFolder folder, JsonElement run, GoldenChecks checks)
    {
        var golden = folder.Tensors(run.Text("file"));
        using var unet = UNet2DConditionModel.FromFolder(folder.Resolve(run.Text("unet")), checks.Device, checks.Dtype);
        using var autoencoder = AutoencoderKL.FromFolder(folder.Resolve(run.Text("vae")), checks.Device, checks.Dtype);
        using var clip = ClipModel.FromFolder(folder.Resolve(run.Text("clip")), checks.Device, checks.Dtype);
        CheckEmbeddings(folder, run, golden, checks);

        var options = Options(run);
        var semantic = new SemanticLoss(autoencoder, clip.Vision, golden["clip_centroid"].to(checks.Device))
        {
            ScalingFactor = run.Number("vae_scaling", autoencoder.ScalingFactor),
        };
        var appearance = new AppearanceLoss(golden["vae_centroid"].to(checks.Device));
        var terms = semantic.Terms(options.StepWeights, options.SemanticWeight);
        var sampler = new DifferentiableSampler(
            unet, GoldenScheduler.Make(run.Text("scheduler"), run.Field("scheduler_config")));
        var (seed, conditioning, sampling) =
            (golden["z_T"].to(checks.Device), Embeddings(golden, checks), Sampling(run));

        checks.CloseToLargest("grad_semantic_iter0", golden["grad_semantic_iter0"],
            Gradient(semantic.Terms(options.StepWeights, 1)), GradientTolerance);
        checks.CloseToLargest("grad_appearance_iter0", golden["grad_appearance_iter0"], Gradient([appearance.Term(1)]),
            GradientTolerance);
        CheckEncoderInputs(semantic, golden, checks, latents => Gradient([latents]));

        var expectedTerms = golden["terms"];
        var optimizer = new SeedOptimizer(sampler);
        using var best = optimizer.Optimize(
            seed, conditioning, sampling, [.. terms, appearance.Term(1)], options, iteration =>
            {
                CheckTerms(expectedTerms[iteration.Iteration], iteration, options, checks);
                CheckIteration(golden, iteration, checks);
            });

        Tensor Gradient(IReadOnlyList<LatentLossTerm> loss) =>
            sampler.Differentiate(seed, conditioning, sampling, loss).Gradient;
    }

    private static void CheckTerms(
        Tensor expected, SeedIteration iteration, SeedOptimizationOptions options, GoldenChecks checks)
    {
        var values = iteration.Result.Terms.to(ScalarType.Float64).cpu().ToArray<double>();
        var semantic = values[..^1].Zip(options.StepWeights, (value, weight) => value * weight).Sum();
        double[] columns = [.. values[..^1], semantic, values[^1], options.SemanticWeight * semantic + values[^1]];
        foreach (var (want, found) in expected.to(ScalarType.Float64).ToArray<double>().Zip(columns))
            checks.CloseNumber($"terms[{iteration.Iteration}]", want, found, TermTolerance * Math.Abs(want));
    }

    private static void CheckIteration(GoldenTensors golden, SeedIteration iteration, GoldenChecks checks)
    {
        if (golden.Find($"grad_z_T_iter{iteration.Iteration}") is { } gradient)
            checks.CloseToLargest($"grad_z_T_iter{iteration.Iteration}", gradient, iteration.Result.Gradient,
                GradientTolerance);
        if (golden.Find($"latents_iter{iteration.Iteration}") is { } latents)
            checks.CloseToLargest($"latents_iter{iteration.Iteration}", latents, iteration.Result.Latents,
                LatentTolerance);
        var name = $"z_T_after{iteration.Iteration + 1}";
        checks.Close(name, golden[name], iteration.Seeds, SeedTolerance);
        checks.CloseNumber($"{name}, mean", 0, (golden[name] - iteration.Seeds.cpu()).abs().mean().item<float>(),
            MeanSeedTolerance);
    }

    // The latents after the last steps are seen by a term of weight 0 in a run of its own.
    private static void CheckEncoderInputs(
        SemanticLoss semantic, GoldenTensors golden, GoldenChecks checks, Action<LatentLossTerm> run)
    {
        var (inputs, features) = (golden["clip_inputs_iter0"], golden["image_features_normed_iter0"]);
        run(new LatentLossTerm("look", (int)inputs.shape[0], latents =>
        {
            for (var i = 0; i < latents.Count; i++)
            {
                checks.CloseToLargest($"clip_inputs_iter0[{i}]", inputs[i], semantic.EncoderInput(latents[i])[0],
                    LatentTolerance);
                checks.CloseToLargest($"image_features_normed_iter0[{i}]", features[i],
                    semantic.Features(latents[i])[0], LatentTolerance);
            }
            return latents[^1].sum([1L, 2L, 3L]);
        }, Weight: 0));
    }

    private static void CheckEmbeddings(GoldenFolder folder, JsonElement run, GoldenTensors golden, GoldenChecks checks)
    {
        using var encoder =
            ClipTextModel.FromFolder(folder.Resolve(run.Text("text_encoder")), checks.Device, checks.Dtype);
        using var mode = no_grad();
        var expected = golden["prompt_embeds"];
        var rows = encoder.forward(checks.Input(golden["input_ids"]));
        checks.CloseActivation("prompt_embeds", expected,
            rows.narrow(0, rows.shape[0] - expected.shape[0], expected.shape[0]), EmbeddingTolerance);
    }

    // One row is the prompt's; of two, the first is that of the empty prompt.
    private static Conditioning Embeddings(GoldenTensors golden, GoldenChecks checks)
    {
        var rows = checks.Input(golden["prompt_embeds"]);
        return rows.shape[0] == 1
            ? new Conditioning { PromptEmbeds = rows }
            : new Conditioning { PromptEmbeds = rows.narrow(0, 1, 1), NegativePromptEmbeds = rows.narrow(0, 0, 1) };
    }

    private static SamplingOptions Sampling(JsonElement run) => new()
    {
        Steps = run.Count("num_inference_steps"),
        GuidanceScale = run.Number("guidance_scale"),
    };

    private static SeedOptimizationOptions Options(JsonElement run)
    {
        const string LaterRate = "lr_from_iteration_";
        var later = run.EnumerateObject().First(field => field.Name.StartsWith(LaterRate, StringComparison.Ordinal));
        return new SeedOptimizationOptions
        {
            Iterations = run.Count("iterations"),
            LearningRate = run.Number("lr"),
            DropAfter = int.Parse(later.Name[LaterRate.Length..]),
            DropFactor = later.Value.GetDouble() / run.Number("lr"),
            SemanticWeight = run.Number("semantic_weight"),
            StepWeights = run.Field("step_weights").Numbers(),
        };
    }
}
