using MLNet.SynthAugment.Diffusion.Layers;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace MLNet.SynthAugment.Diffusion.Clip;

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
