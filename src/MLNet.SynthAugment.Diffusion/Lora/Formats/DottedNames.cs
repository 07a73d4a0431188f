using MLNet.SynthAugment.Diffusion.Weights.Namings;

namespace MLNet.SynthAugment.Diffusion.Lora.Formats;

/// <summary>What the formats share that spell module paths out with dots.</summary>
internal static class DottedNames
{
    public const string UNet = "unet.";
    public const string TextEncoder = "text_encoder.";
    public const string TextEncoder2 = "text_encoder_2.";
    public const string PeftRoot = "base_model.model.";

    private const string Alpha = ".alpha";

    /// <summary>The beginnings of module paths.</summary>
    public static IReadOnlyList<string> Components { get; } = [UNet, TextEncoder, TextEncoder2];

    /// <summary>Takes a name apart that ends in one of the given endings, or in <c>.alpha</c>.</summary>
    public static LoraTensorName? Parse(string name, IReadOnlyList<(string Ending, LoraPart Part)> endings)
    {
        foreach (var (ending, part) in endings.Append((Alpha, LoraPart.Alpha)))
        {
            if (name.EndsWith(ending, StringComparison.Ordinal) && name[..^ending.Length] is { Length: > 0 } layer
                && !layer.StartsWith("lora_", StringComparison.Ordinal))
                return new LoraTensorName(layer, part);
        }
        return null;
    }

    /// <summary>
    /// The path with its component. Files of one model part leave the component out: PEFT's own files have
    /// <c>base_model.model.</c> instead, older UNet files nothing. Files of transformers 5 leave <c>text_model.</c>
    /// out.
    /// </summary>
    public static string WithComponent(string layer)
    {
        if (layer.StartsWith(PeftRoot, StringComparison.Ordinal))
            layer = layer[PeftRoot.Length..];
        var component = Components
            .FirstOrDefault(component => layer.StartsWith(component, StringComparison.Ordinal)) ?? "";
        var module = layer[component.Length..];
        if (component == UNet)
            return layer;
        if (component.Length > 0)
            return component + ClipTowerNaming.Full(module, ClipTowerNaming.Text);
        module = ClipTowerNaming.Full(module, ClipTowerNaming.Text);
        return (module.StartsWith(ClipTowerNaming.Text, StringComparison.Ordinal) ? TextEncoder : UNet) + module;
    }

    /// <summary>Whether a path is of a text encoder.</summary>
    public static bool IsText(string path) =>
        path.StartsWith(TextEncoder, StringComparison.Ordinal)
            || path.StartsWith(TextEncoder2, StringComparison.Ordinal);
}
