using MLNet.SynthAugment.Diffusion.Lora;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Lora;

public sealed class LoraAdapterTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Merged_and_attached_adapters_agree_and_come_off_without_a_trace()
    {
        using var noGradient = no_grad();
        using var unet = TinyModels.UNet();
        var layers = new LoraLayers(unet);
        using var adapter = TinyModels.RandomAdapter(layers, seed: 3);
        var before = layers.ByPath.ToDictionary(pair => pair.Key, pair => pair.Value.Weight.detach().clone());
        var plain = TinyModels.Run(unet);

        Tensor attached, merged;
        using (adapter.Attach(layers, 0.7f)) attached = TinyModels.Run(unet);
        Assert.True(Tensors.BitEqual(plain, TinyModels.Run(unet)));
        using (adapter.Merge(layers, 0.7f))
        {
            merged = TinyModels.Run(unet);
            using (adapter.Merge(layers, -3f)) Assert.False(Tensors.BitEqual(merged, TinyModels.Run(unet)));
            Assert.True(Tensors.BitEqual(merged, TinyModels.Run(unet)));
        }
        Assert.True(Tensors.BitEqual(plain, TinyModels.Run(unet)));
        Assert.All(before, pair => Assert.True(Tensors.BitEqual(pair.Value, layers.ByPath[pair.Key].Weight)));

        Assert.True(TensorAssert.Difference(plain, attached) > 1e-2);
        TensorAssert.Close(attached, merged, 1e-4 * attached.abs().max().item<float>());
    }

    [Fact]
    public void Unmerging_restores_the_bits_of_half_precision_weights()
    {
        using var unet = TinyModels.UNet(ScalarType.BFloat16);
        var layers = new LoraLayers(unet);
        using var adapter = TinyModels.RandomAdapter(layers, seed: 4);
        var before = layers.ByPath.ToDictionary(pair => pair.Key, pair => pair.Value.Weight.detach().clone());
        using (adapter.Merge(layers))
            Assert.Contains(before, pair => !Tensors.BitEqual(pair.Value, layers.ByPath[pair.Key].Weight));
        Assert.All(before, pair => Assert.True(Tensors.BitEqual(pair.Value, layers.ByPath[pair.Key].Weight)));
    }

    [Fact]
    public void An_attached_adapter_may_be_disposed_before_the_model_is_used()
    {
        using var noGradient = no_grad();
        using var unet = TinyModels.UNet();
        var layers = new LoraLayers(unet);
        var adapter = TinyModels.RandomAdapter(layers, seed: 5);
        using var attached = adapter.Attach(layers);
        var first = TinyModels.Run(unet);
        adapter.Dispose();
        Assert.True(Tensors.BitEqual(first, TinyModels.Run(unet)));
    }

    [Fact]
    public void An_adapter_of_another_model_is_refused_and_leaves_the_model_as_it_was()
    {
        using var unet = TinyModels.UNet();
        var layers = new LoraLayers(unet);
        var path = layers.TargetPaths(false)[0];
        using var unknown = Adapter("unet.somewhere.to_q", 8, 8);
        using var wrongShape = Adapter(path, 7, 8);
        Assert.Contains("unet.somewhere.to_q", Assert.Throws<ArgumentException>(() => unknown.Attach(layers)).Message);
        Assert.Contains(path, Assert.Throws<ArgumentException>(() => wrongShape.Attach(layers)).Message);
        Assert.Contains(path, Assert.Throws<ArgumentException>(() => wrongShape.Merge(layers)).Message);
        Assert.Empty(layers.ByPath[path].Adapters);

        static LoraAdapter Adapter(string path, int inputs, int outputs) =>
            new([KeyValuePair.Create(path, new LoraMatrices(ones(2, inputs), ones(outputs, 2), 2))]);
    }
}
