using MLNet.SynthAugment.Diffusion.Layers;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Lora;

/// <summary>
/// The layers of a model that can carry LoRA adapters, by module path: <c>unet.…</c> and <c>text_encoder.…</c>, as the
/// adapter files name them.
/// </summary>
public sealed class LoraLayers
{
    private readonly SortedDictionary<string, ILoraCompatible> _byPath = new(StringComparer.Ordinal);

    /// <summary>Collects the layers of a UNet and, if given, a text encoder.</summary>
    /// <param name="unet">The UNet; its layers get the prefix <c>unet.</c></param>
    /// <param name="textEncoder">The text encoder; its layers get the prefix <c>text_encoder.</c></param>
    public LoraLayers(nn.Module unet, nn.Module? textEncoder = null)
    {
        Collect("unet.", unet);
        if (textEncoder is not null) Collect("text_encoder.", textEncoder);
    }

    /// <summary>Collects the layers of a model's UNet and text encoder.</summary>
    /// <param name="model">The model.</param>
    public LoraLayers(LatentDiffusionModel model)
        : this(model.UNet, model.TextEncoder)
    {
    }

    /// <summary>Paths and layers in ordinal order of the paths.</summary>
    public IReadOnlyDictionary<string, ILoraCompatible> ByPath => _byPath;

    /// <summary>The paths that training adapts: <see cref="LoraTargets"/> of both models, or of the UNet alone.</summary>
    /// <param name="includeTextEncoder">Whether the text encoder's layers count.</param>
    public IReadOnlyList<string> TargetPaths(bool includeTextEncoder) =>
        [.. _byPath.Keys.Where(path => path.StartsWith("unet.", StringComparison.Ordinal)
            ? LoraTargets.Match(path, LoraTargets.UNet)
            : includeTextEncoder && LoraTargets.Match(path, LoraTargets.TextEncoder))];

    /// <summary>The layers that an adapter changes, each with its change.</summary>
    /// <param name="adapter">The adapter.</param>
    /// <exception cref="ArgumentException">The model lacks a layer, or a shape does not fit; the message names the layer.</exception>
    public IReadOnlyList<(ILoraCompatible Layer, LoraMatrices Matrices)> Match(LoraAdapter adapter)
    {
        var unknown = adapter.Layers.Keys.Where(path => !_byPath.ContainsKey(path)).ToList();
        if (unknown.Count > 0)
            throw new ArgumentException($"The adapter changes {unknown.Count} layers that this model lacks, such as {unknown[0]}: it was trained for another kind of model.", nameof(adapter));
        return [.. adapter.Layers.Select(pair => (Checked(pair.Key, pair.Value), pair.Value))];
    }

    private ILoraCompatible Checked(string path, LoraMatrices matrices)
    {
        var layer = _byPath[path];
        var weight = layer.Weight.shape;
        if (!matrices.A.shape[1..].SequenceEqual(weight[1..]) || matrices.B.shape[0] != weight[0])
            throw new ArgumentException($"{path}: the adapter's A [{string.Join(", ", matrices.A.shape)}] and B [{string.Join(", ", matrices.B.shape)}] do not fit the layer's weight [{string.Join(", ", weight)}].");
        return layer;
    }

    private void Collect(string prefix, nn.Module root)
    {
        // Modules are also registered under their fields' names; only the parameters' names are those of the weight files.
        var byWeight = new Dictionary<Tensor, ILoraCompatible>(ReferenceEqualityComparer.Instance);
        foreach (var layer in root.modules().OfType<ILoraCompatible>()) byWeight[layer.Weight] = layer;
        foreach (var (name, parameter) in root.named_parameters())
            if (byWeight.TryGetValue(parameter, out var layer)) _byPath[prefix + name[..^".weight".Length]] = layer;
    }
}
