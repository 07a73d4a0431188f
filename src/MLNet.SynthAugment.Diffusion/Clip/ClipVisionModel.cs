using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Weights;
using Parameter = TorchSharp.Modules.Parameter;

namespace MLNet.SynthAugment.Diffusion.Clip;

/// <summary>
/// The image encoder of CLIP (Radford et al. 2021), a vision transformer, with or without the projection at its end.
/// Parameter names are those of transformers' CLIPVisionModelWithProjection.
/// </summary>
public sealed class ClipVisionModel : nn.Module<Tensor, Tensor>
{
    /// <summary>File name of the weights, without extension.</summary>
    public const string WeightsName = "model";

    private readonly ClipVisionEmbeddings embeddings;
    private readonly LayerNorm normIn;
    private readonly ClipEncoderLayer[] layers;
    private readonly LayerNorm normOut;
    private readonly nn.Module tower;
    private readonly LoraCompatibleLinear? projection;
    private readonly TensorPlacement placement;

    /// <summary>Builds the model; its parameters have no values yet.</summary>
    /// <param name="config">The shape of the model.</param>
    /// <param name="device">Where it lives; the CPU if null.</param>
    /// <param name="dtype">Type of its parameters and of its arithmetic.</param>
    /// <exception cref="ModelFolderException">The config is not supported; the message names the key.</exception>
    public ClipVisionModel(ClipVisionConfig config, Device? device = null,
        ScalarType dtype = ScalarType.Float32) : base(nameof(ClipVisionModel))
    {
        config.Validate();
        Config = config;
        placement = new TensorPlacement(device ?? CPU, dtype);
        embeddings = new ClipVisionEmbeddings(config, placement);
        normIn = new LayerNorm(config.HiddenSize, config.LayerNormEps, placement);
        layers = [.. Enumerable.Range(0, config.NumHiddenLayers)
            .Select(_ => new ClipEncoderLayer(config, placement))];
        normOut = new LayerNorm(config.HiddenSize, config.LayerNormEps, placement);
        tower = ModuleGroup.Of(
            ("embeddings", embeddings),
            ("pre_layrnorm", normIn), // The published models spell it so.
            ("encoder", ModuleGroup.Of(("layers", nn.ModuleList(layers)))),
            ("post_layernorm", normOut));
        register_module("vision_model", tower);
        if (config.HasProjection)
        {
            projection = new LoraCompatibleLinear(config.HiddenSize, config.ProjectionDim, placement, hasBias: false);
            register_module("visual_projection", projection);
        }
    }

    /// <summary>The shape of the model.</summary>
    public ClipVisionConfig Config { get; }

    /// <summary>The layers without the projection, for a model that holds both towers.</summary>
    internal nn.Module Tower => tower;

    /// <summary>The projection, or null.</summary>
    internal nn.Module? Projection => projection;

    /// <summary>Loads a model from a folder with <c>config.json</c> and safetensors weights.</summary>
    /// <param name="folder">The folder; that of a whole CLIP model will do, of which the image part is taken.</param>
    /// <param name="device">Where the model shall live; the CPU if null.</param>
    /// <param name="dtype">Type of its parameters.</param>
    /// <exception cref="ModelFolderException">A file is missing or does not fit.</exception>
    /// <exception cref="SafetensorsException">The weight file is damaged.</exception>
    public static ClipVisionModel FromFolder(
        string folder, Device? device = null, ScalarType dtype = ScalarType.Float32)
    {
        var config = ClipVisionConfig.Read(Path.Combine(folder, ModelConfig.FileName));
        using var weights = WeightFiles.Open(folder, WeightsName, preferHalf: dtype != ScalarType.Float32);
        return ModuleWeights.LoadInto(
            () => new ClipVisionModel(config, device, dtype), weights,
            name => IsOtherPart(name, config.HasProjection));
    }

    /// <summary>Writes <c>config.json</c> and the weights.</summary>
    /// <param name="folder">The folder; it is made if it is not there.</param>
    /// <param name="dtype">Type of the weights in the file.</param>
    public void Save(string folder, ScalarType dtype)
    {
        ModelConfig.Write(Path.Combine(folder, ModelConfig.FileName), Config);
        ModuleWeights.Save(this, Path.Combine(folder, WeightsName + ".safetensors"), dtype);
    }

    /// <summary>Image embeddings in CLIP's joint space.</summary>
    /// <param name="input">Images [B, channels, size, size], normalised as <see cref="ClipImageProcessor"/>
    /// does.</param>
    /// <returns>[B, projection width], not of unit length.</returns>
    /// <exception cref="ArgumentException">The shape does not fit.</exception>
    /// <exception cref="InvalidOperationException">The model has no projection.</exception>
    public override Tensor forward(Tensor input) => Project(Encode(input).Pooled);

    /// <summary>Encodes images and keeps every layer's state.</summary>
    /// <param name="pixels">Images [B, channels, size, size].</param>
    /// <exception cref="ArgumentException">The shape does not fit.</exception>
    public ClipVisionOutput Encode(Tensor pixels)
    {
        ShapeCheck.Require("images for the image encoder", pixels, ShapeCheck.Any, Config.NumChannels, Config.ImageSize,
            Config.ImageSize);
        var hidden = normIn.forward(embeddings.forward(pixels.to(placement.Dtype)));
        var states = new List<Tensor> { hidden };
        foreach (var layer in layers)
            states.Add(hidden = layer.forward(hidden, null, causal: false));
        return new ClipVisionOutput(hidden, normOut.forward(hidden.select(1, 0)), states);
    }

    /// <summary>The image embedding of a pooled state.</summary>
    /// <param name="pooled">[B, width], from <see cref="ClipVisionOutput.Pooled"/>.</param>
    /// <returns>[B, projection width].</returns>
    /// <exception cref="InvalidOperationException">The model has no projection.</exception>
    public Tensor Project(Tensor pooled)
    {
        if (projection is null)
            throw new InvalidOperationException(
                $"This image encoder has no projection: its config names {ClipVisionConfig.WithoutProjection}.");
        ShapeCheck.Require("pooled states", pooled, ShapeCheck.Any, Config.HiddenSize);
        return projection.forward(pooled);
    }

    // As in transformers, a file may hold more than the part that is asked for.
    private static bool IsOtherPart(string name, bool hasProjection) =>
        ClipConfig.BelongsToText(name) || name == ClipConfig.LogitScale
            || (!hasProjection && name == "visual_projection.weight");
}

/// <summary>What a CLIP image encoder computes.</summary>
/// <param name="LastHiddenState">The last layer's state, [B, patches + 1, width], without the final norm.</param>
/// <param name="Pooled">The final norm of the class token's state, [B, width].</param>
/// <param name="HiddenStates">The tokens that enter the first layer, then every layer's state.</param>
public sealed record ClipVisionOutput(Tensor LastHiddenState, Tensor Pooled, IReadOnlyList<Tensor> HiddenStates);

/// <summary>
/// An image as tokens (Dosovitskiy et al. 2021): a class token, then one token a patch; positions added.
/// </summary>
internal sealed class ClipVisionEmbeddings : nn.Module<Tensor, Tensor>, IInitializableLayer
{
    // Module.to finds the field by the parameter's name.
    private readonly Parameter class_embedding;
    private readonly LoraCompatibleConv2d patchEmbedding;
    private readonly Embedding positionEmbedding;
    private readonly long width;

    internal ClipVisionEmbeddings(ClipVisionConfig config, TensorPlacement placement) : base(
        nameof(ClipVisionEmbeddings))
    {
        width = config.HiddenSize;
        class_embedding = LayerParameters.Create(placement, width);
        patchEmbedding = new LoraCompatibleConv2d(
            config.NumChannels, width, config.PatchSize, placement, stride: config.PatchSize, hasBias: false);
        positionEmbedding = new Embedding(config.PatchCount + 1, width, placement, standardDeviation: 0.02);
        register_parameter(nameof(class_embedding), class_embedding);
        register_module("patch_embedding", patchEmbedding);
        register_module("position_embedding", positionEmbedding);
    }

    /// <inheritdoc/>
    public void Initialize(Generator generator) =>
        LayerParameters.Fill(class_embedding, tensor => tensor.normal_(0, 1 / Math.Sqrt(width), generator));

    /// <param name="pixels">[B, channels, size, size].</param>
    /// <returns>[B, patches + 1, width].</returns>
    public override Tensor forward(Tensor pixels)
    {
        var patches = patchEmbedding.forward(pixels).flatten(2).transpose(1, 2);
        var first = class_embedding.expand(pixels.shape[0], 1, width);
        return cat([first, patches], 1).Plus(positionEmbedding.Weight);
    }
}
