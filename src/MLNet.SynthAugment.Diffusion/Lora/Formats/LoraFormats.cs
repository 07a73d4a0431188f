namespace MLNet.SynthAugment.Diffusion.Lora.Formats;

/// <summary>All formats, and how to tell them apart.</summary>
internal static class LoraFormats
{
    private static readonly ILoraFormat[] s_all =
        [new PeftFormat(), new DiffusersFormat(), new AttentionProcessorFormat(),
        new KohyaFormat(twoTextEncoders: false)];

    /// <summary>The format that all names of a file are of.</summary>
    /// <exception cref="InvalidDataException">There is none; the message shows names of each kind.</exception>
    public static ILoraFormat Recognise(string file, IReadOnlyCollection<string> names)
    {
        if (names.Count == 0) throw new InvalidDataException($"{file}: there is no LoRA adapter in this file.");
        UnsupportedAdapters.Refuse(file, names);
        return s_all.FirstOrDefault(format => names.All(name => format.Parse(name) is not null))
            ?? throw NoSingleFormat(file, names);
    }

    /// <summary>The format for writing an adapter.</summary>
    public static ILoraFormat Writer(LoraFormat format, LoraAdapter adapter) =>
        format == LoraFormat.Kohya
            ? new KohyaFormat(IsOfSdxl(adapter)) : s_all.First(candidate => candidate.Format == format);

    // Two text encoders, or a second transformer block in a row, which only SDXL's UNet has.
    private static bool IsOfSdxl(LoraAdapter adapter) => adapter.Layers.Keys.Any(path =>
        path.StartsWith(DottedNames.TextEncoder2, StringComparison.Ordinal)
        || (path.StartsWith(DottedNames.UNet, StringComparison.Ordinal)
            && path.Contains(".transformer_blocks.1.", StringComparison.Ordinal)));

    private static InvalidDataException NoSingleFormat(string file, IReadOnlyCollection<string> names)
    {
        var kinds = names.GroupBy(name => s_all.FirstOrDefault(format => format.Parse(name) is not null))
            .OrderByDescending(kind => kind.Count())
            .Select(kind => $"{kind.Count()} {(kind.Key is null ? "unknown" : $"as {kind.Key.Format} names them")}, such as {kind.Order(StringComparer.Ordinal).First()}");
        return new InvalidDataException(
            $"{file}: the tensors are not named as in one LoRA format: {string.Join("; ", kinds)}. The formats are "
                + $"{string.Join(", ", s_all.Select(format => $"{format.Format} ({format.Example})"))}.");
    }
}
