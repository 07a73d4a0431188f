using MLNet.SynthAugment.Diffusion.Autoencoders;
using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.Seeds;
using MLNet.SynthAugment.Diffusion.UNets;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Seeds;

public class SeedOptimizerTests
{
    private static readonly SamplingOptions s_sampling = new() { Steps = 4, GuidanceScale = 1 };

    [Fact]
    public void The_loss_falls_and_the_best_seed_comes_with_its_latents()
    {
        using var scope = NewDisposeScope();
        using var unet = TinyModels.UNet();
        var (seed, target) = (Noise.Normal(new NoiseKey(1, "z"), [1, 4, 8, 8]),
            Noise.Normal(new NoiseKey(2, "z"), [1, 4, 8, 8]));
        var losses = new List<float>();
        using var best = Optimizer(unet).Optimize(
            seed, Prompt(), s_sampling, [new AppearanceLoss(target).Term(1)], new SeedOptimizationOptions
            { Iterations = 8, LearningRate = 0.05 },
            iteration => losses.Add(iteration.Result.Loss.item<float>()));
        Assert.Equal(8, losses.Count);
        Assert.True(losses[^1] < 0.9 * losses[0], string.Join(", ", losses));
        Assert.Equal(losses.Min(), best.Loss, 1e-6);
        Assert.Equal(losses.IndexOf(losses.Min()), best.Iteration);
        Assert.False(best.Diverged);
        using var latents = new LatentSampler(unet).Sample(
            Sampler(unet).Scheduler, best.Seed, Prompt(), s_sampling);
        Assert.True(Tensors.BitEqual(latents, best.Latents));
    }

    [Fact]
    public void A_loss_that_overflows_ends_the_run_and_keeps_the_best_seed()
    {
        using var scope = NewDisposeScope();
        using var unet = TinyModels.UNet();
        var evaluations = 0;
        var term = LatentLossTerm.OnFinalLatents(
            "breaks", latents => latents.square().mean([1L, 2L, 3L]) / (++evaluations < 4 ? 1 : 0));
        using var best = Optimize(unet, term, iterations: 10);
        Assert.True(best.Diverged);
        Assert.Equal(4, evaluations);
        Assert.InRange(best.Iteration, 0, 2);
        Assert.True(best.Seed.isfinite().all().item<bool>());
        Assert.Contains("finite",
            Assert.Throws<InvalidOperationException>(() => Optimize(unet, term, iterations: 1)).Message);
    }

    [Fact]
    public void Seeds_of_a_batch_are_optimised_as_each_of_them_alone()
    {
        using var scope = NewDisposeScope();
        using var unet = TinyModels.UNet();
        using var vae = Autoencoder();
        using var clip = ImageEncoder();
        var (features, latents) = (Noise.Normal(new NoiseKey(3, "c"), [3, 8]),
            Noise.Normal(new NoiseKey(4, "c"), [3, 4, 8, 8]));
        var options = new SeedOptimizationOptions { Iterations = 3, LearningRate = 0.02 };
        var seeds = Noise.Normal(new NoiseKey(5, "z"), [3, 4, 8, 8]);
        var together = OptimizeEach(seeds);
        for (var i = 0; i < 3; i++)
        {
            using var alone = Optimizer(unet)
                .Optimize(seeds[i..(i + 1)], Prompt(), s_sampling, Terms(tensor(new[] { (long)i })), options);
            Assert.Equal(alone.Loss, together[i]!.Loss, 1e-4 * alone.Loss);
            Assert.Equal((alone.Iteration, 3), (together[i]!.Iteration, together[i]!.Evaluations));
            // Where a gradient is next to nothing AdamW's first steps depend on its rounding.
            Assert.True((alone.Seed - together[i]!.Seed).abs().mean().item<float>() < 1e-4);
        }
        Assert.Equal(3, together.Select(found => found!.Loss).Distinct().Count());

        IReadOnlyList<OptimizedSeed?> OptimizeEach(Tensor rows) =>
            Optimizer(unet).OptimizeEach(rows, Prompt(3), s_sampling, Terms, options);

        IReadOnlyList<LatentLossTerm> Terms(Tensor rows) =>
        [
            .. new SemanticLoss(vae, clip, features.index_select(0, rows)).Terms(
                options.StepWeights, options.SemanticWeight),
            new AppearanceLoss(latents.index_select(0, rows)).Term(1),
        ];
    }

    [Fact]
    public void A_seed_that_reaches_its_target_or_diverges_leaves_the_others_to_go_on()
    {
        using var scope = NewDisposeScope();
        using var unet = TinyModels.UNet();
        var underWay = new List<IReadOnlyList<int>>();
        var found = Optimizer(unet).OptimizeEach(
            Noise.Normal(new NoiseKey(1, "z"), [4, 4, 8, 8]), Prompt(4), s_sampling, Terms, new SeedOptimizationOptions
            { Iterations = 5, LearningRate = 0.05 },
            targetLosses: [0, double.MaxValue, 0, 0], onIteration: iteration => underWay.Add(iteration.Rows));
        Assert.Equal([[0, 1, 2, 3], [0, 2], [0, 2], [0], [0]], underWay);
        Assert.Equal(5, found[0]!.Evaluations);
        Assert.False(found[0]!.Diverged);
        Assert.Equal((0, 1, false), (found[1]!.Iteration, found[1]!.Evaluations, found[1]!.Diverged));
        Assert.Equal(found[1]!.StartLoss, found[1]!.Loss);
        Assert.Equal((3, true), (found[2]!.Evaluations, found[2]!.Diverged));
        Assert.InRange(found[2]!.Loss, 0, found[2]!.StartLoss);
        Assert.Equal(found[2]!.Loss, found[2]!.Terms.Single(), 1e-6);
        Assert.Null(found[3]);

        // Seed 2 overflows in its third evaluation, seed 3 at once.
        IReadOnlyList<LatentLossTerm> Terms(Tensor rows)
        {
            var numbers = rows.data<long>().ToArray();
            var divisors = numbers.Select(number => number == 3 || (number == 2 && underWay.Count == 2) ? 0f : 1f)
                .ToArray();
            return [LatentLossTerm.OnFinalLatents(
                "square", latents => latents.square().mean([1L, 2L, 3L]) / tensor(divisors))];
        }
    }

    [Fact]
    public void Memory_does_not_grow_with_the_number_of_optimisations()
    {
        using var unet = TinyModels.UNet();
        using var target = Noise.Normal(new NoiseKey(2, "z"), [1, 4, 8, 8]);
        using var prompt = Prompt().PromptEmbeds;
        ResidentMemory.AssertFlat(warmUpRounds: 15, rounds: 80, megabytes: 8, round =>
        {
            using var seed = Noise.Normal(new NoiseKey(1, "z", round), [1, 4, 8, 8]);
            using var best = Optimizer(unet).Optimize(
                seed, new Conditioning { PromptEmbeds = prompt }, s_sampling with { Steps = 2 },
                [new AppearanceLoss(target).Term(1)], new SeedOptimizationOptions { Iterations = 3 });
        });
    }

    [Fact]
    public void A_perturbed_seed_keeps_its_norm_and_is_as_near_as_the_strength_says()
    {
        using var scope = NewDisposeScope();
        var lengths = tensor(new[] { 1f, 1.3f }).reshape(2, 1, 1, 1);
        var seeds = Noise.Normal(new NoiseKey(1, "z"), [2, 4, 16, 16]) * lengths;
        var noise = Noise.Normal(new NoiseKey(2, "z"), [2, 4, 16, 16]);
        var near = SeedPerturbation.Apply(seeds, noise, 0.3);
        var (from, to) = (seeds.flatten(1), near.flatten(1));
        TensorAssert.CloseRelative(from.norm(1), to.norm(1), 1e-5, "norms");
        var cosines = (from * to).sum(1) / from.norm(1).square();
        TensorAssert.Close(full([2], Math.Sqrt(1 - 0.09), dtype: ScalarType.Float32), cosines, 0.03, "cosines");
        TensorAssert.CloseRelative(seeds, SeedPerturbation.Apply(seeds, noise, 0), 1e-6, "strength 0");
        Assert.Throws<ArgumentOutOfRangeException>(() => SeedPerturbation.Apply(seeds, noise, 1.1));
        Assert.Contains("[1, 4, 16, 16]",
            Assert.Throws<ArgumentException>(() => SeedPerturbation.Apply(seeds, noise[..1], 0.5)).Message);
    }

    [Fact]
    public void Wrong_shapes_and_settings_are_named()
    {
        using var scope = NewDisposeScope();
        using var vae = Autoencoder();
        using var clip = ImageEncoder();
        Assert.Contains("[8]", Assert.Throws<ArgumentException>(() => new SemanticLoss(vae, clip, ones(7))).Message);
        Assert.Contains("3 centroids for 2 images",
            Assert.Throws<ArgumentException>(
                () => new SemanticLoss(vae, clip, ones(3, 8)).Distance(ones(2, 4, 8, 8))).Message);
        Assert.Contains("[1, 4, 8, 9]",
            Assert.Throws<ArgumentException>(
                () => new AppearanceLoss(ones(1, 4, 8, 9)).Distance(ones(2, 4, 8, 8))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SeedOptimizationOptions { Iterations = 0 }.Validate());
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new SeedOptimizationOptions { LearningRate = double.NaN }.Validate());
    }

    private static OptimizedSeed Optimize(UNet2DConditionModel unet, LatentLossTerm term, int iterations) =>
        Optimizer(unet).Optimize(
            Noise.Normal(new NoiseKey(1, "z"), [1, 4, 8, 8]), Prompt(), s_sampling, [term], new SeedOptimizationOptions
            { Iterations = iterations });

    private static SeedOptimizer Optimizer(UNet2DConditionModel unet) => new(Sampler(unet));

    private static DifferentiableSampler Sampler(UNet2DConditionModel unet) =>
        new(unet, new DdimScheduler(SchedulerConfig.StableDiffusion));

    private static Conditioning Prompt(int rows = 1) => new()
    { PromptEmbeds = Noise.Normal(new NoiseKey(6, "prompt"), [1, 3, TinyModels.TextWidth]).expand(rows, -1, -1) };

    private static AutoencoderKL Autoencoder()
    {
        var vae = new AutoencoderKL(new AutoencoderKLConfig
        {
            BlockOutChannels = [8, 8],
            DownBlockTypes = ["DownEncoderBlock2D", "DownEncoderBlock2D"],
            UpBlockTypes = ["UpDecoderBlock2D", "UpDecoderBlock2D"],
            NormNumGroups = 4,
        });
        using var generator = new Generator(21, CPU);
        ParameterInitializer.Initialize(vae, generator);
        return vae;
    }

    private static ClipVisionModel ImageEncoder()
    {
        var clip = new ClipVisionModel(
            new ClipVisionConfig
            {
                HiddenSize = 16,
                IntermediateSize = 16,
                ProjectionDim = 8,
                NumHiddenLayers = 1,
                NumAttentionHeads = 2,
                ImageSize = 12,
                PatchSize = 4
            });
        using var generator = new Generator(22, CPU);
        ParameterInitializer.Initialize(clip, generator);
        return clip;
    }
}
