using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.Weights;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Benchmarks;

/// <summary>Inputs of a UNet, drawn from a fixed seed; all prompts of a batch are the same, as in a batch of one class.</summary>
internal sealed class BenchmarkInputs : IDisposable
{
    private const double Time = 500;

    public BenchmarkInputs(ModelShape shape, BenchmarkOptions options)
    {
        using var generator = new Generator(2, CPU);
        Batch = options.Batch ?? shape.Batch;
        var (length, width) = (shape.TextEncoder.MaxPositionEmbeddings, shape.TextEncoder.HiddenSize);
        Latents = Draw(Batch, shape.UNet.InChannels, shape.LatentSize, shape.LatentSize);
        PromptEmbeds = DrawText();
        NegativePromptEmbeds = DrawText();
        Timestep = tensor(Time, ScalarType.Float32, options.Device);

        Tensor Draw(params long[] sizes)
        {
            using var drawn = randn(sizes, ScalarType.Float32, CPU, generator: generator);
            return drawn.to(options.Device);
        }

        Tensor DrawText()
        {
            using var one = Draw(1, length, width);
            return one.repeat(Batch, 1, 1).to(options.Precision.ToScalarType());
        }
    }

    public int Batch { get; }

    public Tensor Latents { get; }

    public Tensor PromptEmbeds { get; }

    public Tensor NegativePromptEmbeds { get; }

    public Tensor Timestep { get; }

    /// <summary>Writes the UNet as a diffusers folder, and the inputs with the expected output of one forward pass beside it.</summary>
    public static void Write(ModelShape shape, BenchmarkOptions options, string folder)
    {
        using var model = new RandomModel(shape, options);
        using var scope = NewDisposeScope();
        using var gradientMode = no_grad();
        model.UNet.Save(folder, options.Precision.ToScalarType());
        var inputs = model.Inputs;
        SafetensorsWriter.Write(Path.Combine(folder, "inputs.safetensors"), new Dictionary<string, Tensor>
        {
            ["sample"] = inputs.Latents,
            ["timestep"] = inputs.Timestep.reshape(1),
            ["encoder_hidden_states"] = inputs.PromptEmbeds,
            ["negative_encoder_hidden_states"] = inputs.NegativePromptEmbeds,
            ["out"] = model.UNet.forward(inputs.Latents, inputs.Timestep, inputs.PromptEmbeds),
        });
        Console.WriteLine($"{folder}: config.json, diffusion_pytorch_model.safetensors, inputs.safetensors");
    }

    public void Dispose()
    {
        Latents.Dispose();
        PromptEmbeds.Dispose();
        NegativePromptEmbeds.Dispose();
        Timestep.Dispose();
    }
}
