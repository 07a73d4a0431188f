namespace MLNet.SynthAugment.Diffusion.Weights.Namings;

/// <summary>
/// Names inside CLIP's encoders. transformers has their parts in a tower, <c>text_model</c> or <c>vision_model</c>;
/// since version 5.6 its models without a projection have the parts directly, so the names in their files lack the
/// tower.
/// </summary>
internal sealed class ClipTowerNaming : WeightNaming
{
    /// <summary>The beginning of the names in the text encoder.</summary>
    internal const string Text = "text_model.";

    /// <summary>The beginning of the names in the image encoder.</summary>
    internal const string Vision = "vision_model.";

    private static readonly string[] s_parts =
        ["embeddings.", "encoder.layers.", "final_layer_norm.", "pre_layrnorm.", "post_layernorm."];

    internal override bool Recognises(IReadOnlyCollection<string> names) => names.Any(LacksTower);

    internal override WeightSource SourceOf(string parameter, IReadOnlyCollection<string> names)
    {
        var part = Array.Find([Text, Vision], tower => parameter.StartsWith(tower, StringComparison.Ordinal)) is { } own
            ? parameter[own.Length..] : parameter;
        return new WeightSource(names.Contains(part) ? part : parameter);
    }

    /// <summary>The name with the tower; one that has it, or is of nothing in it, stays as it is.</summary>
    internal static string Full(string name, string tower) => LacksTower(name) ? tower + name : name;

    private static bool LacksTower(string name) =>
        Array.Exists(s_parts, part => name.StartsWith(part, StringComparison.Ordinal));
}
