using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.UNets;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Pipelines;

public class DifferentiableSamplerTests
{
    private const int Steps = 5;

    private static readonly SamplingOptions s_options = new() { Steps = Steps, GuidanceScale = 3 };

    // Looks at the last three latents, not linearly.
    private static readonly LatentLossTerm[] s_terms =
    [
        new("states", 3, latents => (latents[0] * latents[2]).mean([1L, 2L, 3L])
            + latents[1].square().mean([1L, 2L, 3L]), 0.5),
        LatentLossTerm.OnFinalLatents("end", latents => latents.sin().sum([1L, 2L, 3L]), 0.1),
    ];

    [Theory]
    [InlineData(nameof(Sampler.Ddim))]
    [InlineData(nameof(Sampler.Euler))]
    [InlineData(nameof(Sampler.EulerKarras))]
    [InlineData(nameof(Sampler.EulerAncestral))]
    public void Gradient_equals_that_of_one_graph_over_all_steps(string sampler)
    {
        using var scope = NewDisposeScope();
        using var unet = TinyModels.UNet();
        var scheduler = Make(sampler);
        var noise = Noise.Normal(new NoiseKey(1, "z"), [2, 4, 8, 8]);
        using var result = new DifferentiableSampler(unet, scheduler)
            .Differentiate(noise, Prompts(), s_options, s_terms, StepNoise);

        var (loss, states, leaf) = OneGraph(unet, scheduler, noise);
        loss.sum().backward();
        TensorAssert.CloseRelative(loss, result.Loss, 1e-6, "loss");
        TensorAssert.CloseRelative(states[^1].detach(), result.Latents, 1e-5, "latents");
        TensorAssert.CloseRelative(leaf.grad!, result.Gradient, 1e-4, "gradient");
        TensorAssert.CloseRelative(result.Loss, result.Terms[0] * 0.5 + result.Terms[1] * 0.1, 1e-6, "weighted terms");
    }

    [Theory]
    [InlineData(nameof(Sampler.Ddim))]
    [InlineData(nameof(Sampler.Euler))]
    public void Gradient_predicts_how_the_loss_changes(string sampler)
    {
        using var scope = NewDisposeScope();
        using var unet = TinyModels.UNet();
        var differentiable = new DifferentiableSampler(unet, Make(sampler));
        var noise = Noise.Normal(new NoiseKey(2, "z"), [1, 4, 8, 8]);
        var direction = Noise.Normal(new NoiseKey(3, "z"), [1, 4, 8, 8]);
        // A smooth term: the sine of the other is bent too much for a difference quotient.
        LatentLossTerm[] terms = [s_terms[0]];
        using var result = differentiable.Differentiate(noise, Prompts(1), s_options, terms);
        const double Step = 1e-2;
        using var ahead = differentiable.Differentiate(noise + Step * direction, Prompts(1), s_options, terms);
        using var behind = differentiable.Differentiate(noise - Step * direction, Prompts(1), s_options, terms);
        var expected = (ahead.Loss - behind.Loss).item<float>() / (2 * Step);
        Assert.Equal(expected, (result.Gradient * direction).sum().item<float>(), 0.02 * Math.Abs(expected) + 1e-3);
    }

    [Fact]
    public void The_run_equals_the_sampler_without_gradients_and_leaves_the_model_as_it_was()
    {
        using var scope = NewDisposeScope();
        using var unet = TinyModels.UNet();
        var trainable = unet.parameters().Count(parameter => parameter.requires_grad);
        var noise = Noise.Normal(new NoiseKey(4, "z"), [2, 4, 8, 8]);
        var reports = new List<SamplingProgress>();
        using var result = new DifferentiableSampler(unet, Make(nameof(Sampler.Ddim)))
            .Differentiate(noise, Prompts(), s_options, s_terms, progress: new Callback<SamplingProgress>(reports.Add));
        var latents = new LatentSampler(unet).Sample(
            Make(nameof(Sampler.Ddim)), noise, Prompts(), s_options);
        TensorAssert.CloseRelative(latents, result.Latents, 1e-5, "latents");
        Assert.Equal(Enumerable.Range(1, 2 * Steps).Select(step => new SamplingProgress(step, 2 * Steps)), reports);
        Assert.Equal(trainable, unet.parameters().Count(parameter => parameter.requires_grad));
        Assert.All(unet.parameters(), parameter => Assert.Null(parameter.grad));
    }

    [Fact]
    public void Peak_memory_does_not_grow_with_the_number_of_steps()
    {
        using var unet = new UNet2DConditionModel(
            TinyModels.UNetConfig() with { SampleSize = 32, BlockOutChannels = [32, 32] }, CPU);
        using var generator = new Generator(5, CPU);
        Diffusion.Layers.ParameterInitializer.Initialize(unet, generator);
        using var scope = NewDisposeScope();
        var noise = Noise.Normal(new NoiseKey(5, "z"), [1, 4, 32, 32]);
        Peak(2);
        var (few, many, oneGraph) = (Peak(2), Peak(8), PeakOfOneGraph(8));
        // The latents that are kept take 16 KB a step.
        Assert.True(many - few < 0.2 * (oneGraph - few),
            $"2 steps peak at {few / 1e6:F0} MB, 8 steps at {many / 1e6:F0} MB, "
                + $"8 steps in one graph at {oneGraph / 1e6:F0} MB");
        Assert.True(oneGraph > 2 * many, $"8 steps peak at {many / 1e6:F0} MB, in one graph at {oneGraph / 1e6:F0} MB");

        double Peak(int steps) => ResidentMemory.PeakDuring(() =>
            new DifferentiableSampler(unet, Make(nameof(Sampler.Ddim))).Differentiate(
                noise, Prompts(1), s_options with { Steps = steps, GuidanceScale = 1 }, [s_terms[1]]).Dispose());
        double PeakOfOneGraph(int steps) => ResidentMemory.PeakDuring(() =>
        {
            using var graphScope = NewDisposeScope();
            OneGraph(unet, Make(nameof(Sampler.Ddim)), noise, s_options with { Steps = steps, GuidanceScale = 1 },
                [s_terms[1]]).Loss.sum().backward();
        });
    }

    [Fact]
    public void A_hundred_calls_leave_no_memory_behind()
    {
        using var unet = TinyModels.UNet();
        using var scope = NewDisposeScope();
        var (noise, prompts) = (Noise.Normal(new NoiseKey(6, "z"), [1, 4, 8, 8]), Prompts(1));
        var sampler = new DifferentiableSampler(unet, Make(nameof(Sampler.Euler)));
        ResidentMemory.AssertFlat(
            10, 100, 8, _ => sampler.Differentiate(
            noise, prompts, s_options with { Steps = 2, GuidanceScale = 1 }, [s_terms[1]]).Dispose());
    }

    [Fact]
    public void Cancellation_works_forward_and_backward()
    {
        using var scope = NewDisposeScope();
        using var unet = TinyModels.UNet();
        var sampler = new DifferentiableSampler(unet, Make(nameof(Sampler.Ddim)));
        foreach (var after in new[] { 1, Steps + 2 })
        {
            using var source = new CancellationTokenSource();
            var progress = new Callback<SamplingProgress>(report => { if (report.Step == after) source.Cancel(); });
            Assert.Throws<OperationCanceledException>(
                () => sampler.Differentiate(
                Noise.Normal(new NoiseKey(7, "z"), [2, 4, 8, 8]), Prompts(), s_options, s_terms, progress: progress,
                cancellationToken: source.Token));
        }
    }

    [Fact]
    public void Misuse_is_refused_clearly()
    {
        using var scope = NewDisposeScope();
        using var unet = TinyModels.UNet();
        var sampler = new DifferentiableSampler(unet, Make(nameof(Sampler.Ddim)));
        var noise = Noise.Normal(new NoiseKey(8, "z"), [2, 4, 8, 8]);
        Assert.Contains("DDIM", Assert.Throws<ArgumentException>(
            () => new DifferentiableSampler(unet, Make(nameof(Sampler.Pndm))).Differentiate(
                noise, Prompts(), s_options, s_terms)).Message);
        Assert.Contains("last 9 steps", Refusal(new("far", 9, latents => latents[0].sum([1L, 2L, 3L]))));
        Assert.Contains("one number for each image, [2]", Refusal(new("sum", 1, latents => latents[0].sum())));
        Assert.Contains("no loss term",
            Assert.Throws<ArgumentException>(() => sampler.Differentiate(noise, Prompts(), s_options, [])).Message);
        Assert.Contains("noise",
            Assert.Throws<ArgumentException>(
                () => new DifferentiableSampler(unet, Make(nameof(Sampler.EulerAncestral))).Differentiate(
                noise, Prompts(), s_options, s_terms)).Message);

        string Refusal(LatentLossTerm term) =>
            Assert.Throws<ArgumentException>(() => sampler.Differentiate(noise, Prompts(), s_options, [term])).Message;
    }

    private static Scheduler Make(string sampler) =>
        Scheduler.Create(SchedulerConfig.StableDiffusion.WithSampler(Sampler.Parse(sampler)), Assert.Fail);

    private static Tensor StepNoise(int step) => Noise.Normal(new NoiseKey(9, "step", step), [2, 4, 8, 8]);

    private static Conditioning Prompts(int rows = 2) => new()
    {
        PromptEmbeds = Noise.Normal(new NoiseKey(10, "prompt"), [rows, 3, TinyModels.TextWidth]),
        NegativePromptEmbeds = Noise.Normal(new NoiseKey(11, "prompt"), [rows, 3, TinyModels.TextWidth]),
    };

    private static (Tensor Loss, List<Tensor> States, Tensor Noise) OneGraph(
        UNet2DConditionModel unet, Scheduler scheduler, Tensor noise, SamplingOptions? options = null,
        LatentLossTerm[]? terms = null)
    {
        var leaf = noise.detach().clone().requires_grad_();
        using var run = scheduler.Plan((options ?? s_options).Steps);
        using var predictor = new GuidedUNet(unet, Prompts((int)noise.shape[0]), options ?? s_options);
        var states = new List<Tensor> { leaf * run.InitNoiseSigma };
        for (var step = 0; step < run.Timesteps.Count; step++)
        {
            var prediction = predictor.Predict(run, step, states[^1]);
            states.Add(run.Step(
                prediction, step, states[^1], run.NeedsNoise(step) ? StepNoise(step) : null).PreviousSample);
        }
        var loss = (terms ?? s_terms).Select(term => term.Compute(states[^term.LastSteps..]) * term.Weight)
            .Aggregate((sum, value) => sum + value);
        return (loss, states, leaf);
    }
}
