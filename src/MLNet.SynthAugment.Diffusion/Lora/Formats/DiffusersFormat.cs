namespace MLNet.SynthAugment.Diffusion.Lora.Formats;

/// <summary><see cref="LoraFormat.Diffusers"/>.</summary>
internal sealed class DiffusersFormat : ILoraFormat
{
    private const string UNetLayer = ".lora";
    private const string TextLayer = ".lora_linear_layer";
    private const string Down = ".down.weight";
    private const string Up = ".up.weight";

    public LoraFormat Format => LoraFormat.Diffusers;

    public string Example => "unet.….attn1.to_q.lora.down.weight";

    public bool KeepsAlpha => false;

    public bool NeedsModel => false;

    public LoraTensorName? Parse(string name) => DottedNames.Parse(name,
    [
        (UNetLayer + Down, LoraPart.Down),
        (UNetLayer + Up, LoraPart.Up),
        (TextLayer + Down, LoraPart.Down),
        (TextLayer + Up, LoraPart.Up),
    ]);

    public string? PathOf(string layer, ModuleNames? model) => DottedNames.WithComponent(layer);

    public string NameOf(string path, LoraPart part) =>
        path + (DottedNames.IsText(path) ? TextLayer : UNetLayer) + (part == LoraPart.Down ? Down : Up);
}
