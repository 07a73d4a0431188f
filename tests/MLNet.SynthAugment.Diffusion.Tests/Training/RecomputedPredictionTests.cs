using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.Training;
using MLNet.SynthAugment.Diffusion.UNets;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Training;

public sealed class RecomputedPredictionTests
{
    /// <summary>Adapters on every layer, an odd size, and a text that is learned too.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gradients_equal_those_of_the_plain_forward_pass(bool sdxl)
    {
        using var scope = NewDisposeScope();
        using var model = TinyModelKinds.Create(sdxl ? TinyModelKinds.Xl : TinyModelKinds.StableDiffusion1);
        var unet = model.UNet;
        using var frozen = new FrozenParameters(unet);
        var layers = new LoraLayers(unet);
        using var generator = new Generator(3, CPU);
        using var adapter = TinyModels.RandomAdapter(layers, layers.ByPath.Keys, generator);
        using var parameters = new LoraParameters(adapter, layers);
        var width = unet.Config.CrossAttentionDim.One;
        var text = randn(2, 5, width).requires_grad_();
        var (sample, steps) = (randn(2, 4, 7, 9), tensor(new long[] { 7, 800 }));
        var conditions = sdxl ? new UNetConditions
        { AddedTextEmbeds = randn(2, 10), AddedTimeIds = randn(2, 6) } : null;
        var weights = randn(2, 4, 7, 9);

        var prediction = unet.forward(sample, steps, text, conditions);
        (prediction * weights).sum().backward();
        var (expected, expectedText) = (parameters.Flat.Gradients.clone(), text.grad!.clone());
        parameters.Flat.Gradients.zero_();
        text.grad = null;

        var recomputed = new RecomputedPrediction(unet, sample, steps, text, conditions);
        TensorAssert.Close(prediction, recomputed.Value, 1e-6);
        (recomputed.Value * weights).sum().backward();
        recomputed.Backward();
        TensorAssert.CloseRelative(expected, parameters.Flat.Gradients, 1e-5);
        TensorAssert.CloseRelative(expectedText, text.grad!, 1e-5);
        Assert.All(parameters.Flat.Leaves, leaf => Assert.True(leaf.grad!.abs().max().item<float>() > 0));
    }

    [Fact]
    public void Peak_memory_is_far_lower()
    {
        using var unet = Larger();
        using var frozen = new FrozenParameters(unet);
        var layers = new LoraLayers(unet);
        using var adapter = TinyModels.RandomAdapter(layers, seed: 1);
        using var parameters = new LoraParameters(adapter, layers);
        // First without recomputation on little data, so that both find their libraries and buffers in place.
        Pass(1, recompute: false);
        var recomputed = ResidentMemory.PeakDuring(() => Pass(8, recompute: true));
        var kept = ResidentMemory.PeakDuring(() => Pass(8, recompute: false));
        Assert.True(recomputed < 0.6 * kept, $"{recomputed >> 20} MB with recomputation, {kept >> 20} MB without");

        void Pass(int batch, bool recompute)
        {
            using var scope = NewDisposeScope();
            var (sample, steps, text) =
                (randn(batch, 4, 32, 32), tensor(Enumerable.Repeat(500L, batch).ToArray()),
                randn(batch, 8, TinyModels.TextWidth));
            if (recompute)
            {
                var prediction = new RecomputedPrediction(unet, sample, steps, text, null);
                prediction.Value.square().mean().backward();
                prediction.Backward();
            }
            else
            {
                unet.forward(sample, steps, text).square().mean().backward();
            }
        }
    }

    private static UNet2DConditionModel Larger()
    {
        var unet = new UNet2DConditionModel(
            TinyModels.UNetConfig() with { BlockOutChannels = [32, 32], LayersPerBlock = 3 });
        using var generator = new Generator(17, CPU);
        Diffusion.Layers.ParameterInitializer.Initialize(unet, generator);
        return unet;
    }
}
