using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Layers;

/// <summary>
/// Keeps models' own parameters out of the gradient until disposed; this halves the work of a backward pass.
/// </summary>
internal sealed class FrozenParameters : IDisposable
{
    private readonly List<Parameter> _thawed = [];

    public FrozenParameters(params nn.Module[] models)
    {
        foreach (var parameter in models.SelectMany(model => model.parameters())
            .Where(parameter => parameter.requires_grad))
        {
            parameter.requires_grad = false;
            _thawed.Add(parameter);
        }
    }

    public void Dispose()
    {
        foreach (var parameter in _thawed) parameter.requires_grad = true;
        _thawed.Clear();
    }
}
