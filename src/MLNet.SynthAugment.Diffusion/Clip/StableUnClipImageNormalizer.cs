using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Weights;
using TorchSharp.Modules;

namespace MLNet.SynthAugment.Diffusion.Clip;

/// <summary>
/// Brings CLIP image embeddings to zero mean and unit variance, which Stable unCLIP adds noise to, and back. Parameter
/// names are those of diffusers' StableUnCLIPImageNormalizer.
/// </summary>
public sealed class StableUnClipImageNormalizer : nn.Module, IInitializableLayer
{
    /// <summary>File name of the weights, without extension.</summary>
    public const string WeightsName = "diffusion_pytorch_model";

    // Module.to finds the fields by the parameters' names.
    private readonly Parameter mean;
    private readonly Parameter std;

    /// <summary>Builds the normalizer; its parameters have no values yet.</summary>
    /// <param name="embeddingDim">Width of the embeddings.</param>
    /// <param name="device">Where it lives; the CPU if null.</param>
    /// <param name="dtype">Type of its parameters.</param>
    public StableUnClipImageNormalizer(long embeddingDim, Device? device = null, ScalarType dtype = ScalarType.Float32)
        : base(nameof(StableUnClipImageNormalizer))
    {
        new ConfigCheck("Image normalizer").Range("embedding_dim", embeddingDim, 1, 65536);
        EmbeddingDim = embeddingDim;
        var placement = new TensorPlacement(device ?? CPU, dtype);
        mean = LayerParameters.Create(placement, 1, embeddingDim);
        std = LayerParameters.Create(placement, 1, embeddingDim);
        register_parameter(nameof(mean), mean);
        register_parameter(nameof(std), std);
    }

    /// <summary>Width of the embeddings.</summary>
    public long EmbeddingDim { get; }

    /// <summary>Loads a normalizer from a folder with <c>config.json</c> and safetensors weights.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="device">Where it shall live; the CPU if null.</param>
    /// <param name="dtype">Type of its parameters.</param>
    /// <exception cref="ModelFolderException">A file is missing or does not fit.</exception>
    public static StableUnClipImageNormalizer FromFolder(
        string folder, Device? device = null, ScalarType dtype = ScalarType.Float32)
    {
        var config = ModelConfig.Read<NormalizerConfig>(Path.Combine(folder, ModelConfig.FileName));
        using var weights = WeightFiles.Open(folder, WeightsName, preferHalf: dtype != ScalarType.Float32);
        return ModuleWeights.LoadInto(
            () => new StableUnClipImageNormalizer(config.EmbeddingDim, device, dtype), weights);
    }

    /// <summary>Writes <c>config.json</c> and the weights.</summary>
    /// <param name="folder">The folder; it is made if it is not there.</param>
    /// <param name="dtype">Type of the weights in the file.</param>
    public void Save(string folder, ScalarType dtype)
    {
        ModelConfig.Write(Path.Combine(folder, ModelConfig.FileName), new NormalizerConfig
        { EmbeddingDim = EmbeddingDim });
        ModuleWeights.Save(this, Path.Combine(folder, WeightsName + ".safetensors"), dtype);
    }

    /// <summary>(x − mean) / standard deviation.</summary>
    /// <param name="embeds">[B, embedding width].</param>
    /// <exception cref="ArgumentException">The shape does not fit.</exception>
    public Tensor Scale(Tensor embeds)
    {
        ShapeCheck.Require("image embeddings", embeds, ShapeCheck.Any, EmbeddingDim);
        return (embeds - mean) / std;
    }

    /// <summary>x · standard deviation + mean.</summary>
    /// <param name="embeds">[B, embedding width].</param>
    /// <exception cref="ArgumentException">The shape does not fit.</exception>
    public Tensor Unscale(Tensor embeds)
    {
        ShapeCheck.Require("image embeddings", embeds, ShapeCheck.Any, EmbeddingDim);
        return (embeds * std).Plus(mean);
    }

    /// <inheritdoc/>
    public void Initialize(Generator generator)
    {
        LayerParameters.Fill(mean, tensor => tensor.zero_());
        LayerParameters.Fill(std, tensor => tensor.fill_(Kept(1)));
    }

    private sealed record NormalizerConfig
    {
        [JsonPropertyName("_class_name")]
        public string ClassName => "StableUnCLIPImageNormalizer";

        public long EmbeddingDim { get; init; } = 768;
    }
}
