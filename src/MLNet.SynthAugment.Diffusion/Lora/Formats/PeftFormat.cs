namespace MLNet.SynthAugment.Diffusion.Lora.Formats;

/// <summary><see cref="LoraFormat.Peft"/>.</summary>
internal sealed class PeftFormat : ILoraFormat
{
    private const string Down = ".lora_A.weight";
    private const string Up = ".lora_B.weight";

    public LoraFormat Format => LoraFormat.Peft;

    public string Example => "unet.….attn1.to_q.lora_A.weight";

    public bool KeepsAlpha => false;

    public bool NeedsModel => false;

    public LoraTensorName? Parse(string name) => DottedNames.Parse(name, [(Down, LoraPart.Down), (Up, LoraPart.Up)]);

    public string? PathOf(string layer, ModuleNames? model) => DottedNames.WithComponent(layer);

    public string NameOf(string path, LoraPart part) => path + (part == LoraPart.Down ? Down : Up);
}
