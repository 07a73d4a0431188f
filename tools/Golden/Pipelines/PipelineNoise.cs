using MLNet.SynthAugment.Diffusion.Pipelines;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Golden.Pipelines;

/// <summary>
/// Gives recorded noise to a pipeline. A file numbers its draws in the order in which the reference made them: first
/// those that a kind of pipeline always makes, then one for each step that needs noise. The noise that sampling starts
/// from has a name of its own, if the run starts from noise alone.
/// </summary>
internal sealed class PipelineNoise
{
    private const string Start = "latents_in";

    private readonly GoldenTensors _tensors;
    private readonly Device _device;
    private readonly Dictionary<string, string> _names = [];
    private int _draws;

    /// <summary>Numbers the first draws.</summary>
    /// <param name="tensors">The file.</param>
    /// <param name="device">Where the noise is wanted.</param>
    /// <param name="firstStreams">The streams that the reference draws before the first step, in order.</param>
    public PipelineNoise(GoldenTensors tensors, Device device, params IEnumerable<string> firstStreams)
    {
        (_tensors, _device) = (tensors, device);
        foreach (var stream in firstStreams)
            NameOf(stream);
    }

    /// <summary>The noise of a stream, as a <see cref="NoiseSource"/>.</summary>
    public Tensor Get(string stream, long[] rowShape) => _tensors[NameOf(stream)].to(_device);

    /// <summary>Says that the reference's draw for a stream has no effect.</summary>
    public void PassOver(string stream) => _tensors.PassOver(NameOf(stream));

    private string NameOf(string stream)
    {
        if (!_names.TryGetValue(stream, out var name))
            _names[stream] = name = stream == RequestNoise.Latents && _tensors.Has(Start) ? Start : $"noise.{_draws++}";
        return name;
    }
}
