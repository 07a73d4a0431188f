using MLNet.SynthAugment.Diffusion.Lora;

namespace MLNet.SynthAugment.Golden.Suites;

/// <summary>
/// LoRA adapter files: outputs of UNet and text encoder without the adapter, attached, merged, and without it again.
/// </summary>
internal sealed class LoraSuite : IGoldenSuite
{
    private const string Io = "io.safetensors";
    private const double Tolerance = 1e-4;

    /// <inheritdoc/>
    public IEnumerable<GoldenCase> Cases(GoldenFolder folder)
    {
        if (!folder.Has(Io) || !folder.Tensors(Io).Has("out_unet_only_fixed_text"))
            yield break;
        foreach (var file in folder.Files.Where(file => file.StartsWith("lora_", StringComparison.Ordinal)))
        {
            yield return new GoldenCase(
                $"{file} attached", [file, Io], checks => Check(folder, file, merge: false, checks));
            yield return new GoldenCase(
                $"{file} merged", [file, Io], checks => Check(folder, file, merge: true, checks));
        }
    }

    private static void Check(GoldenFolder folder, string file, bool merge, GoldenChecks checks)
    {
        using var models = new LoraModels(folder, checks);
        using var adapter = LoraAdapter.Load(folder.Resolve(file), models.Layers);
        var io = folder.Tensors(Io);
        CheckOutputs("base_text", "base_out", null);
        foreach (var strength in new[] { 2f, 1f, 0.5f })
        {
            var scale = strength * ScaleOf(folder.Tensors(file));
            if (SuffixOf(scale) is not { } suffix)
                continue;
            using IDisposable active = merge
                ? adapter.Merge(models.Layers, strength)
                : adapter.Attach(models.Layers, strength);
            CheckOutputs("text" + suffix, "out" + suffix, "out_unet_only_fixed_text" + suffix);
        }
        CheckOutputs("base_text", "base_out", null);

        void CheckOutputs(string text, string output, string? outputOfFixedText)
        {
            var (sample, timestep) = (checks.Input(io["sample"]), checks.Input(io["timestep"]));
            var embeddings = models.TextEncoder.forward(checks.Input(io["input_ids"]));
            checks.Close(text, io[text], embeddings, Tolerance);
            checks.Close(output, io[output], models.UNet.forward(sample, timestep, embeddings), Tolerance);
            if (outputOfFixedText is not null)
                checks.Close(outputOfFixedText, io[outputOfFixedText],
                    models.UNet.forward(sample, timestep, checks.Input(io["encoder_hidden_states_fixed"])), Tolerance);
        }
    }

    // alpha / rank as kohya's files state it, the same for all layers of a golden file; other namings have none, which
    // means 1.
    private static double ScaleOf(GoldenTensors file)
    {
        const string alpha = ".alpha";
        file.PassOver(file.Names);
        return file.Names.FirstOrDefault(name => name.EndsWith(alpha, StringComparison.Ordinal)) is { } name
            ? file[name].item<float>() / file.Shape(name[..^alpha.Length] + ".lora_down.weight")[0]
            : 1;
    }

    private static string? SuffixOf(double scale) => scale switch
    {
        1 => "",
        0.5 => "_scale_half",
        _ => null,
    };
}

/// <summary>
/// The models that a folder of adapters is for: those that its training runs name, else Stable Diffusion 1's beside it.
/// </summary>
internal sealed class LoraModels : IDisposable
{
    /// <summary>Loads them.</summary>
    public LoraModels(GoldenFolder folder, GoldenChecks checks)
    {
        var named = folder.JsonLists("runs").Select(list => (JsonElement?)list.Root).FirstOrDefault();
        UNet = UNet2DConditionModel.FromFolder(Path("unet", "../unet-sd1"), checks.Device, checks.Dtype);
        TextEncoder = ClipTextModel.FromFolder(Path("text_encoder", "../clip-text-l"), checks.Device, checks.Dtype);
        Layers = new LoraLayers(UNet, TextEncoder);

        string Path(string key, string otherwise) =>
            folder.Resolve(named is { } root && root.TryGetProperty(key, out var value)
                ? value.GetString()! : otherwise);
    }

    /// <summary>The UNet.</summary>
    public UNet2DConditionModel UNet { get; }

    /// <summary>The text encoder.</summary>
    public ClipTextModel TextEncoder { get; }

    /// <summary>The layers of both.</summary>
    public LoraLayers Layers { get; }

    /// <summary>Frees both.</summary>
    public void Dispose()
    {
        UNet.Dispose();
        TextEncoder.Dispose();
    }
}
