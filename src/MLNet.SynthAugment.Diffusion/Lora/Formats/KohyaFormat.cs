namespace MLNet.SynthAugment.Diffusion.Lora.Formats;

/// <summary><see cref="LoraFormat.Kohya"/>.</summary>
/// <param name="twoTextEncoders">Whether text encoders are written with their numbers, as for SDXL.</param>
internal sealed class KohyaFormat(bool twoTextEncoders) : ILoraFormat
{
    public const string UNet = "lora_unet_";
    public const string OnlyTextEncoder = "lora_te_";
    public const string TextEncoder1 = "lora_te1_";
    public const string TextEncoder2 = "lora_te2_";

    private static readonly (string Ending, LoraPart Part)[] s_endings =
    [
        (".lora_down.weight", LoraPart.Down),
        (".lora_up.weight", LoraPart.Up),
        (".lora_mid.weight", LoraPart.Mid),
        (".alpha", LoraPart.Alpha),
    ];

    public LoraFormat Format => LoraFormat.Kohya;

    public string Example => "lora_unet_…_attn1_to_q.lora_down.weight";

    public bool KeepsAlpha => true;

    public bool NeedsModel => true;

    public LoraTensorName? Parse(string name)
    {
        if (!new[] { UNet, OnlyTextEncoder, TextEncoder1, TextEncoder2 }.Any(
            prefix => name.StartsWith(prefix, StringComparison.Ordinal))) return null;
        foreach (var (ending, part) in s_endings)
        {
            if (name.EndsWith(ending, StringComparison.Ordinal) && name[..^ending.Length] is var layer
                && !layer.Contains('.'))
                return new LoraTensorName(layer, part);
        }
        return null;
    }

    // "_" stands for "." and for itself, so names are looked up, not taken apart.
    public string? PathOf(string layer, ModuleNames? model) => model?.OfKohya(layer);

    public string NameOf(string path, LoraPart part) =>
        Prefix(path) + path[(path.IndexOf('.') + 1)..].Replace('.', '_')
            + s_endings.First(ending => ending.Part == part).Ending;

    private string Prefix(string path) =>
        path.StartsWith(DottedNames.TextEncoder2, StringComparison.Ordinal) ? TextEncoder2
        : !path.StartsWith(DottedNames.TextEncoder, StringComparison.Ordinal) ? UNet
        : twoTextEncoders ? TextEncoder1
        : OnlyTextEncoder;
}
