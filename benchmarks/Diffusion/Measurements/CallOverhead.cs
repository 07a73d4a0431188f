using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.UNets;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Benchmarks.Measurements;

/// <summary>
/// What a step costs beside its arithmetic. TorchSharp does not say how long an operator takes, so a UNet with the same
/// blocks, hence the
/// same calls, is run on next to no numbers: 2 channels a head, the smallest image, one text token. Its time is an
/// upper bound
/// of the managed code's share, because libtorch's own cost of a call is in it.
/// </summary>
internal static class CallOverhead
{
    public static void Measure(RandomModel model, BenchmarkOptions options, Report report)
    {
        using var gradientMode = no_grad();
        using var scope = NewDisposeScope();
        var config = model.Shape.UNet;
        using var unet = new UNet2DConditionModel(Shrunk(config), options.Device);
        using var generator = new Generator(3, CPU);
        ParameterInitializer.Initialize(unet, generator);
        var size = 1L << (config.BlockOutChannels.Count - 1);
        var latents = zeros(1, config.InChannels, size, size, ScalarType.Float32, options.Device);
        using var text = unet.PrepareText(zeros(1, 1, 2, ScalarType.Float32, options.Device));
        var calls = Timing.Median(options, () => unet.forward(latents, model.Inputs.Timestep, text));
        report.Add(model.Shape, "the same calls on next to no numbers", calls, "ms");

        using var guided = model.Guided();
        var step = Timing.Median(options, () => guided.Predict(model.Run, 0, model.Inputs.Latents));
        report.Add(model.Shape, "their share of a step: upper bound of the managed code's", 100 * calls / step, "%");
    }

    private static UNet2DConditionConfig Shrunk(UNet2DConditionConfig config)
    {
        var levels = config.BlockOutChannels.Count;
        return config with
        {
            BlockOutChannels = [.. Enumerable.Repeat(2L, levels)],
            NormNumGroups = 1,
            AttentionHeadDim = 1L,
            NumAttentionHeads = null,
            CrossAttentionDim = 2L,
        };
    }
}
