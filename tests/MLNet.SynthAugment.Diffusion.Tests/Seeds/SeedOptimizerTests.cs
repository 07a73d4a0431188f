using MLNet.SynthAugment.Diffusion.Autoencoders;
using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.Seeds;
using MLNet.SynthAugment.Diffusion.UNets;
using MLNet.SynthAugment.Diffusion.Vision;
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
        var (seed, target) = (Noise.Normal(1, "z", 0, [1, 4, 8, 8]), Noise.Normal(2, "z", 0, [1, 4, 8, 8]));
        var losses = new List<float>();
        using var best = new SeedOptimizer(Sampler(unet)).Optimize(
            seed, Prompt(), s_sampling, [new AppearanceLoss(target).Term(1)], new SeedOptimizationOptions { Iterations = 8, LearningRate = 0.05 },
            iteration => losses.Add(iteration.Result.Loss.item<float>()));
        Assert.Equal(8, losses.Count);
        Assert.True(losses[^1] < 0.9 * losses[0], string.Join(", ", losses));
        Assert.Equal(losses.Min(), best.Loss, 1e-6);
        Assert.Equal(losses.IndexOf(losses.Min()), best.Iteration);
        Assert.False(best.Diverged);
        using var latents = new LatentSampler(unet, Sampler(unet).Scheduler).Sample(best.Seed, Prompt(), s_sampling);
        Assert.True(Tensors.BitEqual(latents, best.Latents));
    }

    [Fact]
    public void A_loss_that_overflows_ends_the_run_and_keeps_the_best_seed()
    {
        using var scope = NewDisposeScope();
        using var unet = TinyModels.UNet();
        var evaluations = 0;
        var term = LatentLossTerm.OnFinalLatents("breaks", latents => latents.square().mean() / (++evaluations < 4 ? 1 : 0));
        using var best = Optimize(unet, term, iterations: 10);
        Assert.True(best.Diverged);
        Assert.Equal(4, evaluations);
        Assert.InRange(best.Iteration, 0, 2);
        Assert.True(best.Seed.isfinite().all().item<bool>());
        Assert.Contains("finite", Assert.Throws<InvalidOperationException>(() => Optimize(unet, term, iterations: 1)).Message);
    }

    [Fact]
    public void A_batch_of_seeds_is_optimised_as_each_of_them_alone()
    {
        using var scope = NewDisposeScope();
        using var unet = TinyModels.UNet();
        using var vae = Autoencoder();
        using var clip = ImageEncoder();
        var semantic = new SemanticLoss(vae, clip, Noise.Normal(3, "c", 0, [8]));
        var appearance = new AppearanceLoss(Noise.Normal(4, "c", 0, [1, 4, 8, 8]));
        var options = new SeedOptimizationOptions { Iterations = 2, LearningRate = 0.05 };
        var seeds = Noise.Normal(5, "z", 0, [2, 4, 8, 8]);
        LatentLossTerm[] terms = [.. semantic.Terms(options.StepWeights, options.SemanticWeight), appearance.Term(1)];

        var together = Gradient(seeds);
        var alone = cat((IList<Tensor>)[Gradient(seeds.narrow(0, 0, 1)), Gradient(seeds.narrow(0, 1, 1))]);
        Golden.TensorAssert.CloseRelative(alone, together, 1e-4, "gradient");

        Tensor Gradient(Tensor rows) => Sampler(unet).Differentiate(rows, Prompt((int)rows.shape[0]), s_sampling, terms).Gradient;
    }

    [Fact]
    public void Wrong_shapes_and_settings_are_named()
    {
        using var scope = NewDisposeScope();
        using var vae = Autoencoder();
        using var clip = ImageEncoder();
        Assert.Contains("[8]", Assert.Throws<ArgumentException>(() => new SemanticLoss(vae, clip, ones(7))).Message);
        Assert.Contains("[1, 4, 8, 9]", Assert.Throws<ArgumentException>(() => new AppearanceLoss(ones(1, 4, 8, 9)).Distance(ones(2, 4, 8, 8))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SeedOptimizationOptions { Iterations = 0 }.Validate());
        Assert.Throws<ArgumentOutOfRangeException>(() => new SeedOptimizationOptions { LearningRate = double.NaN }.Validate());
    }

    private static OptimizedSeed Optimize(UNet2DConditionModel unet, LatentLossTerm term, int iterations) =>
        new SeedOptimizer(Sampler(unet)).Optimize(Noise.Normal(1, "z", 0, [1, 4, 8, 8]), Prompt(), s_sampling, [term], new SeedOptimizationOptions { Iterations = iterations });

    private static DifferentiableSampler Sampler(UNet2DConditionModel unet) => new(unet, new DdimScheduler(SchedulerConfig.StableDiffusion));

    private static Conditioning Prompt(int rows = 1) => new() { PromptEmbeds = Noise.Normal(6, "prompt", 0, [1, 3, TinyModels.TextWidth]).expand(rows, -1, -1) };

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
        var clip = new ClipVisionModel(new ClipVisionConfig { HiddenSize = 16, IntermediateSize = 16, ProjectionDim = 8, NumHiddenLayers = 1, NumAttentionHeads = 2, ImageSize = 12, PatchSize = 4 });
        using var generator = new Generator(22, CPU);
        ParameterInitializer.Initialize(clip, generator);
        return clip;
    }
}
