namespace MLNet.SynthAugment.Diffusion.Lora.Formats;

/// <summary><see cref="LoraFormat.Diffusers"/>.</summary>
internal sealed class DiffusersFormat : LoraFormat
{
    private const string UNetLayer = ".lora";
    private const string TextLayer = ".lora_linear_layer";
    private const string Down = ".down.weight";
    private const string Up = ".up.weight";

    /// <inheritdoc/>
    public override string Name => "Diffusers";

    internal override string Example => "unet.….attn1.to_q.lora.down.weight";

    internal override LoraTensorName? Parse(string name) => DottedNames.Parse(name,
    [
        (UNetLayer + Down, LoraPart.Down),
        (UNetLayer + Up, LoraPart.Up),
        (TextLayer + Down, LoraPart.Down),
        (TextLayer + Up, LoraPart.Up),
    ]);

    internal override string NameOf(string path, LoraPart part) =>
        path + (DottedNames.IsText(path) ? TextLayer : UNetLayer) + (part == LoraPart.Down ? Down : Up);
}
