using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Layers;

/// <summary>A layer that can give its parameters their starting values.</summary>
public interface IInitializableLayer
{
    /// <summary>Fills the layer's own parameters.</summary>
    /// <param name="generator">A CPU generator, the only source of the random values.</param>
    void Initialize(Generator generator);
}

/// <summary>
/// Gives a model that is to be trained from scratch its starting values. A model's constructor leaves its parameters
/// without values, because nearly always a weight file follows.
/// </summary>
public static class ParameterInitializer
{
    /// <summary>Initializes every layer of <paramref name="module"/> in the order of registration.</summary>
    /// <param name="module">The model.</param>
    /// <param name="generator">A CPU generator; equal seeds give equal weights on every device.</param>
    public static void Initialize(nn.Module module, Generator generator)
    {
        // TorchSharp's list leaves the module itself out.
        foreach (var layer in module.modules().Prepend(module).Distinct().OfType<IInitializableLayer>())
            layer.Initialize(generator);
    }
}
