using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.Pipelines;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Lora;

/// <summary>Several adapters of all layers at once, convolutions and time projections included.</summary>
public sealed class SeveralAdaptersTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly IDisposable _noGradient = no_grad();

    public void Dispose()
    {
        _noGradient.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Weighted_adapters_add_up_attached_or_merged_and_weights_change_on_the_fly()
    {
        using var unet = TinyModels.UNet();
        var layers = new LoraLayers(unet);
        var (first, second) = (Adapter(layers, 1), Adapter(layers, 2));
        using AttachedLora attachedFirst = first.Attach(layers, 0.7f), attachedSecond = second.Attach(layers, -0.4f);
        var attached = TinyModels.Run(unet);
        (attachedFirst.Strength, attachedSecond.Strength) = (0.1f, 0.9f);
        var attachedLater = TinyModels.Run(unet);
        attachedFirst.Dispose();
        attachedSecond.Dispose();

        using MergedLora mergedFirst = first.Merge(layers, 0.7f), mergedSecond = second.Merge(layers, -0.4f);
        TensorAssert.CloseRelative(attached, TinyModels.Run(unet), 1e-4);
        (mergedFirst.Strength, mergedSecond.Strength) = (0.1f, 0.9f);
        TensorAssert.CloseRelative(attachedLater, TinyModels.Run(unet), 1e-4);
        Assert.True(TensorAssert.Difference(attached, attachedLater) > 1e-2);
        Assert.Throws<ArgumentOutOfRangeException>(() => mergedFirst.Strength = float.NaN);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Adapters_come_off_in_any_order_without_a_trace(ScalarType dtype)
    {
        using var unet = TinyModels.UNet(dtype);
        var layers = new LoraLayers(unet);
        var adapters = new[] { Adapter(layers, 1), Adapter(layers, 2), Adapter(layers, 3) };
        var original = Weights(layers);
        var alone = adapters.Select(adapter => With(layers, adapter)).ToList();
        int[][] orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
        foreach (var order in orders)
        {
            var merged = adapters.Select(adapter => adapter.Merge(layers, 0.5f)).ToList();
            merged[order[0]].Dispose();
            merged[order[1]].Dispose();
            AssertEqual(alone[order[2]], Weights(layers));
            merged[order[2]].Dispose();
            AssertEqual(original, Weights(layers));
        }
    }

    [Fact]
    public void Adapters_of_SDXL_change_both_text_encoders_until_they_come_off()
    {
        using var model = TinyModelKinds.Create(TinyModelKinds.Xl);
        var layers = new LoraLayers(model);
        var adapter = Adapter(layers, 1);
        var encoder = new PromptEncoder(model);
        var (embeds, pooled) = encoder.Encode(["a cat"]);
        var attached = With(() => adapter.Attach(layers));
        var merged = With(() => adapter.Merge(layers));
        TensorAssert.CloseRelative(attached.Embeds, merged.Embeds, 1e-4);
        TensorAssert.CloseRelative(attached.Pooled!, merged.Pooled!, 1e-4);
        // The first encoder's state comes first.
        Assert.All(new[] { embeds[.., .., ..TinyModels.TextWidth], embeds[.., .., TinyModels.TextWidth..], pooled! }
            .Zip([merged.Embeds[.., .., ..TinyModels.TextWidth], merged.Embeds[.., .., TinyModels.TextWidth..],
                merged.Pooled!]),
            pair => Assert.True(TensorAssert.Difference(pair.First, pair.Second) > 1e-2));
        var after = encoder.Encode(["a cat"]);
        Assert.True(Tensors.BitEqual(embeds, after.Embeds) && Tensors.BitEqual(pooled!, after.Pooled!));

        PromptEmbeddings With(Func<ActiveLora> start)
        {
            using (start()) return encoder.Encode(["a cat"]);
        }
    }

    [Fact]
    public void Attached_and_merged_agree_in_half_precision()
    {
        using var unet = TinyModels.UNet(ScalarType.BFloat16);
        var layers = new LoraLayers(unet);
        var adapter = Adapter(layers, 1);
        var plain = TinyModels.Run(unet).to(ScalarType.Float32);
        Tensor attached, merged;
        using (adapter.Attach(layers, 0.5f)) attached = TinyModels.Run(unet).to(ScalarType.Float32);
        using (adapter.Merge(layers, 0.5f)) merged = TinyModels.Run(unet).to(ScalarType.Float32);
        // bfloat16 has eight bits, and each layer rounds once more: single values differ by several per cent.
        var (rounding, change) =
            ((attached - merged).abs().mean().item<float>(), (plain - merged).abs().mean().item<float>());
        Assert.True(rounding < change / 5, $"Mean difference {rounding}, mean change {change}");
    }

    [Fact]
    public void A_merged_adapter_outlives_the_model()
    {
        var unet = TinyModels.UNet();
        var merged = Adapter(new LoraLayers(unet), 1).Merge(new LoraLayers(unet));
        unet.Dispose();
        merged.Dispose();
    }

    [Fact]
    public void Merging_and_changing_weights_again_and_again_keeps_memory_flat()
    {
        using var unet = TinyModels.UNet();
        var layers = new LoraLayers(unet);
        var adapter = Adapter(layers, 1);
        ResidentMemory.AssertFlat(warmUpRounds: 20, rounds: 100, megabytes: 8, round =>
        {
            using var merged = adapter.Merge(layers);
            using var attached = adapter.Attach(layers);
            merged.Strength = attached.Strength = round;
        });
    }

    private static Dictionary<string, Tensor> With(LoraLayers layers, LoraAdapter adapter)
    {
        using (adapter.Merge(layers, 0.5f)) return Weights(layers);
    }

    private static LoraAdapter Adapter(LoraLayers layers, ulong seed)
    {
        using var generator = new Generator(seed, CPU);
        return TinyModels.RandomAdapter(layers, layers.ByPath.Keys, generator, alpha: 0.2f);
    }

    private static Dictionary<string, Tensor> Weights(LoraLayers layers) =>
        layers.ByPath.ToDictionary(layer => layer.Key, layer => layer.Value.Weight.clone());

    private static void AssertEqual(Dictionary<string, Tensor> expected, Dictionary<string, Tensor> actual) =>
        Assert.All(expected, weight => Assert.True(Tensors.BitEqual(weight.Value, actual[weight.Key]), weight.Key));
}
