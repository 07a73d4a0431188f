namespace MLNet.SynthAugment.Diffusion.Clip;

/// <summary>
/// Names inside CLIP's encoders. transformers has their parts in a tower, <c>text_model</c> or <c>vision_model</c>;
/// since version 5.6 its models without a projection have the parts directly, so the names in their files lack the
/// tower.
/// </summary>
internal static class ClipTowerName
{
    /// <summary>The beginning of the names in the text encoder.</summary>
    internal const string Text = "text_model.";

    /// <summary>The beginning of the names in the image encoder.</summary>
    internal const string Vision = "vision_model.";

    private static readonly string[] s_parts =
        ["embeddings.", "encoder.layers.", "final_layer_norm.", "pre_layrnorm.", "post_layernorm."];

    /// <summary>The name with the tower; one that has it, or is of nothing in it, stays as it is.</summary>
    internal static string Full(string name, string tower) => LacksTower(name) ? tower + name : name;

    /// <summary>Whether the name is of a part of a tower, but lacks the tower.</summary>
    internal static bool LacksTower(string name) =>
        s_parts.Any(part => name.StartsWith(part, StringComparison.Ordinal));
}
