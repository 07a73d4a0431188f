using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.Autoencoders;
using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.UNets;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Benchmarks;

/// <summary>A model of a shape with weights drawn from a fixed seed, and what it is run on.</summary>
internal sealed class RandomModel : IDisposable
{
    public RandomModel(ModelShape shape, BenchmarkOptions options)
    {
        Shape = shape;
        var (device, dtype) = (options.Device, options.Precision.ToScalarType());
        var tokenizer = Tokenizer(shape.TextEncoder.MaxPositionEmbeddings);
        Model = new LatentDiffusionModel(
            tokenizer,
            new ClipTextModel(shape.TextEncoder, device, dtype),
            new AutoencoderKL(shape.Autoencoder, device, dtype),
            new UNet2DConditionModel(shape.UNet, device, dtype),
            shape.Scheduler);
        using var generator = new Generator(1, CPU);
        foreach (var part in Parts)
        {
            ParameterInitializer.Initialize(part, generator);
            part.eval();
            foreach (var parameter in part.parameters())
                parameter.requires_grad = false;
        }
        Inputs = new BenchmarkInputs(shape, options);
        Run = new DdimScheduler(shape.Scheduler).Plan(50);
    }

    public ModelShape Shape { get; }

    public LatentDiffusionModel Model { get; }

    public BenchmarkInputs Inputs { get; }

    public UNet2DConditionModel UNet => Model.UNet;

    /// <summary>A run whose steps are measured.</summary>
    public SamplingRun Run { get; }

    public long WeightBytes => Parts.SelectMany(part => part.parameters())
        .Sum(parameter => parameter.numel() * parameter.ElementSize);

    /// <summary>Guided sampling of the inputs' batch, as the optimizations of the moment say.</summary>
    public GuidedUNet Guided(SamplingOptions? options = null) => new(
        UNet,
        new Conditioning { PromptEmbeds = Inputs.PromptEmbeds, NegativePromptEmbeds = Inputs.NegativePromptEmbeds },
        options ?? new SamplingOptions(),
        inOrder: true);

    public void Dispose()
    {
        Inputs.Dispose();
        Model.Dispose();
    }

    private IEnumerable<nn.Module> Parts => [Model.TextEncoder, Model.Vae, Model.UNet];

    // Only the number of tokens matters: every text is padded to the full length.
    private static ClipTokenizer Tokenizer(long length)
    {
        var letters = Enumerable.Range('a', 26).Select(letter => ((char)letter).ToString()).ToList();
        var vocabulary = letters.Concat(letters.Select(letter => letter + "</w>")).Append("<|startoftext|>")
            .Append("<|endoftext|>")
            .Select((token, id) => (token, id)).ToDictionary(entry => entry.token, entry => (long)entry.id);
        return new ClipTokenizer(vocabulary, [], new ClipTokenizerOptions { ModelMaxLength = (int)length });
    }
}
