namespace MLNet.SynthAugment.Diffusion.UNets;

/// <summary>The settings of the transformers of one UNet level.</summary>
/// <param name="Layers">Transformer blocks, one after the other.</param>
/// <param name="Heads">Heads of the attentions.</param>
/// <param name="ContextWidth">Width of the text embeddings.</param>
/// <param name="NormGroups">Groups of the norm in front.</param>
/// <param name="LinearProjection">Linear projections instead of 1×1 convolutions.</param>
/// <param name="OnlyCrossAttention">Attention 1 attends to the text too.</param>
/// <param name="UpcastAttention">Scores in float32.</param>
internal sealed record TransformerOptions(
    int Layers, long Heads, long ContextWidth, long NormGroups, bool LinearProjection, bool OnlyCrossAttention,
    bool UpcastAttention);
