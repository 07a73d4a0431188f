using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.UNets;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Benchmarks;

/// <summary>A UNet of Stable Diffusion 2's shape with random weights.</summary>
internal static class RandomUNet
{
    /// <summary>Writes its folder: 865,910,724 parameters.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="precision">Precision of the file.</param>
    public static void Write(string folder, Precision precision)
    {
        using var unet = new UNet2DConditionModel(new UNet2DConditionConfig
        {
            SampleSize = 64,
            BlockOutChannels = [320, 640, 1280, 1280],
            AttentionHeadDim = new([5, 10, 20, 20]),
            CrossAttentionDim = 1024L,
            UseLinearProjection = true,
        });
        using var generator = new Generator(1, CPU);
        ParameterInitializer.Initialize(unet, generator);
        unet.Save(folder, precision.ToScalarType());
    }
}
