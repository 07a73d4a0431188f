namespace MLNet.SynthAugment.Diffusion.Lora.Formats;

/// <summary><see cref="LoraFormat.Kohya"/>.</summary>
/// <param name="twoTextEncoders">Whether text encoders are written with their numbers, as for SDXL.</param>
internal sealed class KohyaFormat(bool twoTextEncoders) : LoraFormat
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

    /// <inheritdoc/>
    public override string Name => "Kohya";

    internal override string Example => "lora_unet_…_attn1_to_q.lora_down.weight";

    internal override bool KeepsAlpha => true;

    internal override bool NeedsModel => true;

    internal override LoraTensorName? Parse(string name)
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
    internal override string? PathOf(string layer, ModuleNames? model) => model?.OfKohya(layer);

    internal override string NameOf(string path, LoraPart part) =>
        Prefix(path) + path[(path.IndexOf('.') + 1)..].Replace('.', '_')
            + s_endings.First(ending => ending.Part == part).Ending;

    internal override LoraFormat Writing(LoraAdapter adapter) => IsOfSdxl(adapter) ? new KohyaFormat(true) : this;

    internal override Dictionary<string, string> MetadataOf(LoraAdapter adapter) => KohyaMetadata.Of(adapter);

    // Two text encoders, or a second transformer block in a row, which only SDXL's UNet has.
    private static bool IsOfSdxl(LoraAdapter adapter) => adapter.Layers.Keys.Any(path =>
        path.StartsWith(DottedNames.TextEncoder2, StringComparison.Ordinal)
        || (path.StartsWith(DottedNames.UNet, StringComparison.Ordinal)
            && path.Contains(".transformer_blocks.1.", StringComparison.Ordinal)));

    private string Prefix(string path) =>
        path.StartsWith(DottedNames.TextEncoder2, StringComparison.Ordinal) ? TextEncoder2
        : !path.StartsWith(DottedNames.TextEncoder, StringComparison.Ordinal) ? UNet
        : twoTextEncoders ? TextEncoder1
        : OnlyTextEncoder;
}

/// <summary>The texts that kohya's scripts write into a file and other programs show.</summary>
internal static class KohyaMetadata
{
    private const string Module = "ss_network_module";
    private const string Dynamic = "Dynamic";

    private static readonly Dictionary<string, string> s_trainingSettings = new()
    {
        ["learning_rate"] = "ss_learning_rate",
        ["steps"] = "ss_max_train_steps",
        ["warmup_steps"] = "ss_lr_warmup_steps",
        ["batch_size"] = "ss_total_batch_size",
        ["max_gradient_norm"] = "ss_max_grad_norm",
        ["seed"] = "ss_seed",
    };

    /// <summary>The adapter's own metadata, with kohya's added unless they are there already.</summary>
    public static Dictionary<string, string> Of(LoraAdapter adapter)
    {
        var metadata = new Dictionary<string, string>(adapter.Metadata);
        if (metadata.ContainsKey(Module))
            return metadata;
        metadata[Module] = "networks.lora";
        var groups = adapter.Layers.Values.ToLookup(matrices => matrices.A.shape is [_, _, > 1, _]);
        metadata["ss_network_dim"] = Common(groups[false], matrices => matrices.Rank);
        metadata["ss_network_alpha"] = Common(groups[false], matrices => matrices.Alpha);
        if (groups[true].Any())
        {
            metadata["ss_network_args"] = JsonSerializer.Serialize(new Dictionary<string, string>
            {
                ["conv_dim"] = Common(groups[true], matrices => matrices.Rank),
                ["conv_alpha"] = Common(groups[true], matrices => matrices.Alpha),
            });
        }
        foreach (var (ours, theirs) in s_trainingSettings)
        {
            if (metadata.TryGetValue(ours, out var value))
                metadata[theirs] = value;
        }
        return metadata;
    }

    private static string Common<T>(
        IEnumerable<LoraMatrices> layers, Func<LoraMatrices, T> value) where T : IFormattable =>
        layers.Select(value).Distinct().ToList() is [var only]
            ? only.ToString(null, CultureInfo.InvariantCulture) : Dynamic;
}
