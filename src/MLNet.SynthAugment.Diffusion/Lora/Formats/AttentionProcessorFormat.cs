namespace MLNet.SynthAugment.Diffusion.Lora.Formats;

/// <summary>
/// <see cref="LoraFormat.AttentionProcessors"/>. Text encoders are named as in <see cref="DiffusersFormat"/>, in the
/// oldest files like the UNet.
/// </summary>
internal sealed partial class AttentionProcessorFormat : LoraFormat
{
    private static readonly DiffusersFormat s_textFormat = new();
    private static readonly Dictionary<string, string> s_unetModules = new()
    { ["to_q"] = "to_q", ["to_k"] = "to_k", ["to_v"] = "to_v", ["to_out"] = "to_out.0" };
    private static readonly Dictionary<string, string> s_textModules = new()
    { ["to_q"] = "q_proj", ["to_k"] = "k_proj", ["to_v"] = "v_proj", ["to_out"] = "out_proj" };

    /// <inheritdoc/>
    public override string Name => "AttentionProcessors";

    internal override string Example => "unet.….attn1.processor.to_q_lora.down.weight";

    internal override LoraTensorName? Parse(string name)
    {
        if (UNetName().Match(name) is { Success: true } unet)
            return new LoraTensorName(
                $"{unet.Groups["attention"].Value}.{s_unetModules[unet.Groups["projection"].Value]}", Part(unet));
        if (OldTextName().Match(name) is { Success: true } text)
            return new LoraTensorName(
                $"{text.Groups["attention"].Value}.{s_textModules[text.Groups["projection"].Value]}", Part(text));
        return s_textFormat.Parse(name) is { } parsed && DottedNames.IsText(DottedNames.WithComponent(parsed.Layer))
            ? parsed : null;
    }

    internal override string NameOf(string path, LoraPart part)
    {
        if (DottedNames.IsText(path))
            return s_textFormat.NameOf(path, part);
        foreach (var (projection, module) in s_unetModules)
        {
            if (!path.EndsWith("." + module, StringComparison.Ordinal))
                continue;
            var side = part == LoraPart.Down ? "down" : "up";
            return $"{path[..^(module.Length + 1)]}.processor.{projection}_lora.{side}.weight";
        }
        throw new InvalidOperationException(
            $"The attention-processor naming has no name for {path}: it can only hold attention projections. Choose "
                + "another format.");
    }

    private static LoraPart Part(Match match) => match.Groups["side"].Value == "down" ? LoraPart.Down : LoraPart.Up;

    [GeneratedRegex(
        @"^(?<attention>.+)\.processor\.(?<projection>to_q|to_k|to_v|to_out)_lora\.(?<side>down|up)\.weight\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex UNetName();

    [GeneratedRegex(
        @"^(?<attention>.+\.self_attn)\.(?<projection>to_q|to_k|to_v|to_out)_lora\.(?<side>down|up)\.weight\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex OldTextName();
}
