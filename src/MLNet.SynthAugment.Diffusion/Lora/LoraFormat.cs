using MLNet.SynthAugment.Diffusion.Lora.Formats;

namespace MLNet.SynthAugment.Diffusion.Lora;

/// <summary>
/// How a LoRA file names its tensors. A new naming is a class in <c>Formats</c> and a line in the list here.
/// </summary>
public abstract class LoraFormat
{
    // In the order in which a file's names are compared with them; it must stand before them.
    private static readonly List<LoraFormat> s_all = [];

    /// <summary>
    /// PEFT, and diffusers since it builds on PEFT: <c>unet.….to_q.lora_A.weight</c>, <c>….lora_B.weight</c>.
    /// </summary>
    public static LoraFormat Peft { get; } = Listed(new PeftFormat());

    /// <summary>
    /// diffusers' own layers: <c>unet.….to_q.lora.down.weight</c>,
    /// <c>text_encoder.….q_proj.lora_linear_layer.up.weight</c>.
    /// </summary>
    public static LoraFormat Diffusers { get; } = Listed(new DiffusersFormat());

    /// <summary>
    /// diffusers' older attention processors: <c>unet.….attn1.processor.to_q_lora.down.weight</c>. Has names for
    /// attention projections only.
    /// </summary>
    public static LoraFormat AttentionProcessors { get; } = Listed(new AttentionProcessorFormat());

    /// <summary>
    /// kohya's sd-scripts, which most other programs read: <c>lora_unet_…_attn1_to_q.lora_down.weight</c>,
    /// <c>.lora_up.weight</c>, <c>.alpha</c>; text encoders as <c>lora_te_…</c>, or <c>lora_te1_…</c> and
    /// <c>lora_te2_…</c> where there are two.
    /// </summary>
    public static LoraFormat Kohya { get; } = Listed(new KohyaFormat(twoTextEncoders: false));

    private protected LoraFormat()
    {
    }

    /// <summary>All formats.</summary>
    public static IReadOnlyList<LoraFormat> All => s_all;

    /// <summary>The word for the format, unique whatever the case of its letters.</summary>
    public abstract string Name { get; }

    /// <summary>A tensor's name as an example for messages.</summary>
    internal abstract string Example { get; }

    /// <summary>Whether alpha has a place in the file; if not, readers take alpha = rank.</summary>
    internal virtual bool KeepsAlpha => false;

    /// <summary>Whether layers can be told only by the names of the model's modules.</summary>
    internal virtual bool NeedsModel => false;

    /// <summary>The format of a name.</summary>
    /// <param name="name">A <see cref="Name"/>; case does not matter.</param>
    /// <exception cref="ArgumentException">There is no such format; the message lists those that there are.</exception>
    public static LoraFormat Named(string name) =>
        s_all.Find(format => format.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException(
                $"There is no LoRA format '{name}'. The formats are {string.Join(", ", s_all)}.", nameof(name));

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>The format that all names of a file are of.</summary>
    /// <exception cref="InvalidDataException">There is none; the message shows names of each kind.</exception>
    internal static LoraFormat Recognise(string file, IReadOnlyCollection<string> names)
    {
        if (names.Count == 0)
            throw new InvalidDataException($"{file}: there is no LoRA adapter in this file.");
        UnsupportedAdapters.Refuse(file, names);
        return s_all.Find(format => names.All(name => format.Parse(name) is not null))
            ?? throw NoSingleFormat(file, names);
    }

    /// <summary>Takes a tensor's name apart; null if it is not of this format.</summary>
    internal abstract LoraTensorName? Parse(string name);

    /// <summary>The module path (<c>unet.…</c>) of a layer that <see cref="Parse"/> gave.</summary>
    /// <param name="layer">The layer in the format's words.</param>
    /// <param name="model">The model's modules, or null where they are not known.</param>
    /// <returns>The path, or null if the model has no such module.</returns>
    internal virtual string? PathOf(string layer, ModuleNames? model) => DottedNames.WithComponent(layer);

    /// <summary>The name of a tensor of the module at a path.</summary>
    /// <exception cref="InvalidOperationException">The format has no name for it.</exception>
    internal abstract string NameOf(string path, LoraPart part);

    /// <summary>The format for writing an adapter, where names depend on what else is in it.</summary>
    internal virtual LoraFormat Writing(LoraAdapter adapter) => this;

    /// <summary>The metadata of an adapter's file.</summary>
    internal virtual Dictionary<string, string> MetadataOf(LoraAdapter adapter) =>
        FoldedAlphas.Note(adapter, adapter.Metadata);

    private static LoraFormat Listed(LoraFormat format)
    {
        s_all.Add(format);
        return format;
    }

    private static InvalidDataException NoSingleFormat(string file, IReadOnlyCollection<string> names)
    {
        var kinds = names.GroupBy(name => s_all.Find(format => format.Parse(name) is not null))
            .OrderByDescending(kind => kind.Count())
            .Select(kind => $"{kind.Count()} {(kind.Key is null ? "unknown" : $"as {kind.Key} names them")}, such as "
                + kind.Order(StringComparer.Ordinal).First());
        return new InvalidDataException(
            $"{file}: the tensors are not named as in one LoRA format: {string.Join("; ", kinds)}. The formats are "
                + $"{string.Join(", ", s_all.Select(format => $"{format} ({format.Example})"))}.");
    }
}

/// <summary>What a tensor of a LoRA file is to its layer.</summary>
internal enum LoraPart
{
    /// <summary>A: [rank, in], or [rank, in, k, k].</summary>
    Down,

    /// <summary>B: [out, rank], or [out, rank, 1, 1].</summary>
    Up,

    /// <summary>
    /// The k×k kernel [rank, rank, k, k] between 1×1 convolutions A and B (LyCORIS' LoCon in Tucker form).
    /// </summary>
    Mid,

    /// <summary>The scale's numerator, one number.</summary>
    Alpha,
}

/// <summary>A tensor's name, taken apart.</summary>
/// <param name="Layer">The layer, in the format's own words.</param>
/// <param name="Part">What the tensor is to the layer.</param>
internal readonly record struct LoraTensorName(string Layer, LoraPart Part);

/// <summary>Kinds of adapters that are no LoRA, told by parts of their tensors' names.</summary>
internal static class UnsupportedAdapters
{
    private static readonly (string Marker, string Kind)[] s_kinds =
    [
        (".dora_scale", "a DoRA adapter"),
        (".lora_magnitude_vector", "a DoRA adapter"),
        (".hada_", "a LoHa adapter"),
        (".lokr_", "a LoKr adapter"),
        (".boft_", "a BOFT adapter"),
        (".oft_", "an OFT adapter"),
        (".vera_lambda_", "a VeRA adapter"),
        (".a1.weight", "a GLoRA adapter"),
        (".on_input", "an IA³ adapter"),
        (".lora_embedding_", "an adapter of token embeddings"),
        (".diff", "a file of full weight differences"),
        ("bundle_emb.", "a bundle with textual inversions"),
        ("emb_params", "a textual inversion"),
    ];

    /// <summary>Refuses a file with such a tensor.</summary>
    /// <exception cref="InvalidDataException">There is one; the message names the kind and the tensor.</exception>
    public static void Refuse(string file, IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            if (s_kinds.FirstOrDefault(
                kind => name.Contains(kind.Marker, StringComparison.Ordinal)) is { Kind: { } kind })
                throw new InvalidDataException(
                    $"{file}: this is {kind} (it has the tensor {name}). Only LoRA can be read, with or without "
                        + "convolutions; take a LoRA version of it, or have it extracted as LoRA by the tool that "
                        + "made it.");
        }
    }
}
