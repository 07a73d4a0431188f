using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.Lora.Formats;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>
/// An adapter being trained: attached to the model's layers, in float32 also where the model is in half precision.
/// </summary>
internal sealed class LoraParameters : IDisposable
{
    private readonly List<string> _paths;
    private readonly List<float> _alphas;
    private readonly List<(ILoraCompatible Layer, LoraLayerWeights Weights)> _attached = [];

    /// <summary>Copies the adapter's values to the model's device and attaches them.</summary>
    public LoraParameters(LoraAdapter initial, LoraLayers layers)
    {
        using var scope = NewDisposeScope();
        var matched = layers.Match(initial);
        _paths = [.. initial.Layers.Keys];
        _alphas = [.. initial.Layers.Values.Select(matrices => matrices.Alpha)];
        Flat = new FlatParameters(
            [.. matched.SelectMany(match => new[] { match.Matrices.A, match.Matrices.B })],
            matched[0].Layer.Weight.device);
        for (var i = 0; i < matched.Count; i++)
        {
            var weights = new LoraLayerWeights(Flat.Leaves[2 * i], Flat.Leaves[2 * i + 1], matched[i].Matrices.Scale);
            matched[i].Layer.Attach(weights);
            _attached.Add((matched[i].Layer, weights));
        }
    }

    /// <summary>The values and gradients that the optimiser works on.</summary>
    public FlatParameters Flat { get; }

    /// <summary>
    /// How many of the flat values, from the first on, belong to text encoders: their paths sort before the UNet's.
    /// </summary>
    public long TextValues => Flat.Leaves.Take(2 * _paths.Count(DottedNames.IsText)).Sum(leaf => leaf.NumberOfElements);

    /// <summary>A copy of the present values.</summary>
    public LoraAdapter ToAdapter(IReadOnlyDictionary<string, string> metadata)
    {
        using var gradientMode = no_grad();
        using var scope = NewDisposeScope();
        return new LoraAdapter(_paths.Select((path, i) => KeyValuePair.Create(path, new LoraMatrices(
            Flat.Leaves[2 * i].detach().to(CPU, copy: true), Flat.Leaves[2 * i + 1].detach().to(CPU, copy: true),
            _alphas[i]))), metadata);
    }

    public void Dispose()
    {
        foreach (var (layer, weights) in _attached) layer.Detach(weights);
        Flat.Dispose();
    }
}
