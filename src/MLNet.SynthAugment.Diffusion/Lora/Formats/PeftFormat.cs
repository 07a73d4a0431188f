namespace MLNet.SynthAugment.Diffusion.Lora.Formats;

/// <summary><see cref="LoraFormat.Peft"/>.</summary>
internal sealed class PeftFormat : LoraFormat
{
    private const string Down = ".lora_A.weight";
    private const string Up = ".lora_B.weight";

    /// <inheritdoc/>
    public override string Name => "Peft";

    internal override string Example => "unet.….attn1.to_q.lora_A.weight";

    internal override LoraTensorName? Parse(string name) =>
        DottedNames.Parse(name, [(Down, LoraPart.Down), (Up, LoraPart.Up)]);

    internal override string NameOf(string path, LoraPart part) => path + (part == LoraPart.Down ? Down : Up);
}
