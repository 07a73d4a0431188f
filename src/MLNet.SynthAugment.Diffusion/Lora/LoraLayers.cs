using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Lora.Formats;
using MLNet.SynthAugment.Diffusion.UNets;
using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Diffusion.Lora;

/// <summary>
/// The layers of a model that can carry LoRA adapters, by module path: <c>unet.…</c>, <c>text_encoder.…</c> and
/// <c>text_encoder_2.…</c>, as the adapter files name them.
/// </summary>
public sealed class LoraLayers
{
    private const string WeightName = ".weight";

    private readonly SortedDictionary<string, ILoraCompatible> _byPath = new(StringComparer.Ordinal);

    /// <summary>Collects the layers of a UNet and, if given, its text encoders.</summary>
    /// <param name="unet">The UNet; its layers get the prefix <c>unet.</c></param>
    /// <param name="textEncoder">The text encoder; its layers get the prefix <c>text_encoder.</c></param>
    /// <param name="textEncoder2">SDXL's second text encoder; its layers get the prefix <c>text_encoder_2.</c></param>
    public LoraLayers(nn.Module unet, nn.Module? textEncoder = null, nn.Module? textEncoder2 = null)
    {
        Collect(DottedNames.UNet, unet);
        if (textEncoder is not null)
            Collect(DottedNames.TextEncoder, textEncoder);
        if (textEncoder2 is not null)
            Collect(DottedNames.TextEncoder2, textEncoder2);
    }

    /// <summary>Collects the layers of a model's UNet and of its text encoder or encoders.</summary>
    /// <param name="model">The model.</param>
    public LoraLayers(LatentDiffusionModel model)
        : this(model.UNet, model.TextEncoder, model.TextEncoder2)
    {
    }

    /// <summary>Paths and layers in ordinal order of the paths.</summary>
    public IReadOnlyDictionary<string, ILoraCompatible> ByPath => _byPath;

    /// <summary>
    /// The paths that training adapts: <see cref="LoraTargets"/> of all models, or of the UNet alone.
    /// </summary>
    /// <param name="includeTextEncoder">Whether the text encoders' layers count.</param>
    public IReadOnlyList<string> TargetPaths(bool includeTextEncoder) =>
        TargetPaths(LoraTargets.UNet, includeTextEncoder ? LoraTargets.TextEncoder : []);

    /// <summary>The paths of the layers that a choice of targets names.</summary>
    /// <param name="unetTargets">Last parts of paths in the UNet.</param>
    /// <param name="textEncoderTargets">Last parts of paths in the text encoders.</param>
    public IReadOnlyList<string> TargetPaths(
        IReadOnlyList<string> unetTargets, IReadOnlyList<string> textEncoderTargets) =>
        [.. _byPath.Keys.Where(path =>
            LoraTargets.Match(path, DottedNames.IsText(path) ? textEncoderTargets : unetTargets))];

    /// <summary>
    /// The layers that an adapter changes, each with its change in the layer's shape; reshaped matrices belong to the
    /// current dispose scope.
    /// </summary>
    /// <param name="adapter">The adapter.</param>
    /// <exception cref="ArgumentException">The model lacks a layer, or a shape does not fit; the message names the
    /// layer.</exception>
    public IReadOnlyList<(ILoraCompatible Layer, LoraMatrices Matrices)> Match(LoraAdapter adapter)
    {
        var unknown = adapter.Layers.Keys.Where(path => !_byPath.ContainsKey(path)).ToList();
        if (unknown.Count > 0)
            throw new ArgumentException(
                $"The adapter changes {unknown.Count} layers that this model lacks, such as {unknown[0]}: it was "
                    + "trained for another kind of model.", nameof(adapter));
        return [.. adapter.Layers.Select(pair => Fitted(pair.Key, pair.Value))];
    }

    /// <summary>The module paths of a model folder, from the headers of its weight files alone.</summary>
    /// <param name="modelFolder">A Stable Diffusion folder.</param>
    /// <exception cref="ModelFolderException">The folder has no UNet.</exception>
    /// <exception cref="SafetensorsException">A weight file is damaged.</exception>
    public static IReadOnlyCollection<string> PathsIn(string modelFolder)
    {
        List<string> paths = [.. Modules(modelFolder, DottedNames.UNet, UNet2DConditionModel.WeightsName)];
        foreach (var encoder in new[] { DottedNames.TextEncoder, DottedNames.TextEncoder2 })
        {
            if (Directory.Exists(Path.Combine(modelFolder, encoder.TrimEnd('.')))) paths.AddRange(
                Modules(modelFolder, encoder, ClipTextModel.WeightsName));
        }
        return paths;
    }

    private static IEnumerable<string> Modules(string modelFolder, string prefix, string weightsName)
    {
        using var weights = WeightFiles.Open(Path.Combine(modelFolder, prefix.TrimEnd('.')), weightsName);
        return [.. weights.Names.Where(name => name.EndsWith(WeightName, StringComparison.Ordinal))
            .Select(name => DottedNames.WithComponent(prefix + name[..^WeightName.Length]))];
    }

    private (ILoraCompatible Layer, LoraMatrices Matrices) Fitted(string path, LoraMatrices given)
    {
        var layer = _byPath[path];
        var weight = layer.Weight.shape;
        var matrices = LikeWeight(given, weight);
        if (!matrices.A.shape[1..].SequenceEqual(weight[1..]) || matrices.B.shape[0] != weight[0])
            throw new ArgumentException(
                $"{path}: the adapter's A [{string.Join(", ", matrices.A.shape)}] and B "
                    + $"[{string.Join(", ", matrices.B.shape)}] do not fit the layer's weight "
                    + $"[{string.Join(", ", weight)}].");
        return (layer, matrices);
    }

    // A 1×1 convolution and a linear layer are the same, and the same projection is one in some models and the other in
    // others.
    private static LoraMatrices LikeWeight(LoraMatrices matrices, long[] weight) => (matrices.A.shape, weight) switch
    {
        ([var rank, var input, 1, 1], [_, _]) =>
            matrices with { A = matrices.A.reshape(rank, input), B = matrices.B.flatten(1) },
        ([_, _], [_, _, 1, 1]) =>
            matrices with { A = matrices.A.unsqueeze(-1).unsqueeze(-1), B = matrices.B.unsqueeze(-1).unsqueeze(-1) },
        _ => matrices,
    };

    private void Collect(string prefix, nn.Module root)
    {
        // Modules are also registered under their fields' names; only the parameters' names are those of the weight
        // files.
        var byWeight = new Dictionary<Tensor, ILoraCompatible>(ReferenceEqualityComparer.Instance);
        foreach (var layer in root.modules().OfType<ILoraCompatible>())
            byWeight[layer.Weight] = layer;
        foreach (var (name, parameter) in root.named_parameters())
            if (byWeight.TryGetValue(parameter, out var layer))
                _byPath[prefix + name[..^WeightName.Length]] = layer;
    }
}

/// <summary>Choices of the layers that LoRA training adapts: the last parts of their module paths.</summary>
public static class LoraTargets
{
    /// <summary>Query, key, value and output projection of every attention of the UNet.</summary>
    public static IReadOnlyList<string> UNet { get; } = ["to_q", "to_k", "to_v", "to_out.0"];

    /// <summary>
    /// The same, with the feed-forward layers and the projections of the transformers: what kohya's scripts adapt.
    /// </summary>
    public static IReadOnlyList<string> UNetWithFeedForward { get; } =
        [.. UNet, "ff.net.0.proj", "ff.net.2", "proj_in", "proj_out"];

    /// <summary>
    /// The same, with the convolutions and time projections of the residual blocks and samplers (LoCon).
    /// </summary>
    public static IReadOnlyList<string> UNetWithConvolutions { get; } =
        [.. UNetWithFeedForward, "conv1", "conv2", "conv_shortcut", "time_emb_proj", "downsamplers.0.conv",
        "upsamplers.0.conv"];

    /// <summary>Query, key, value and output projection of every attention of the CLIP text encoder.</summary>
    public static IReadOnlyList<string> TextEncoder { get; } = ["q_proj", "k_proj", "v_proj", "out_proj"];

    /// <summary>The same, with the feed-forward layers.</summary>
    public static IReadOnlyList<string> TextEncoderWithFeedForward { get; } = [.. TextEncoder, "mlp.fc1", "mlp.fc2"];

    /// <summary>Whether a module path ends in one of the targets.</summary>
    /// <param name="path">A module path such as
    /// <c>unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q</c>.</param>
    /// <param name="targets">Last parts of paths.</param>
    public static bool Match(string path, IReadOnlyList<string> targets) =>
        targets.Any(target => path.EndsWith("." + target, StringComparison.Ordinal));
}
