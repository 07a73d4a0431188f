using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.UNets;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.UNets;

/// <summary>Each way to compute faster gives the plain computation's result but for rounding.</summary>
public sealed class UNetOptimizationTests
{
    private const double Tolerance = 1e-5;

    public static TheoryData<string> Names => ["none", "time", "gates", "layout"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Results_agree(string name)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var linear in new[] { false, true })
        {
            using var unet = UNet(linear);
            foreach (var (rows, height, width) in new[] { (3, 16, 16), (1, 9, 21) })
                TensorAssert.Close(Run(unet, UNetOptimizations.None, rows, height, width),
                    Run(unet, Optimizations(name), rows, height, width), Tolerance, $"{name}, {rows}×{height}×{width}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_agree(string name)
    {
        using var scope = NewDisposeScope();
        using var unet = UNet(linear: false);
        TensorAssert.CloseRelative(Gradient(unet, UNetOptimizations.None), Gradient(unet, Optimizations(name)), 1e-4);
    }

    [Fact]
    public void Adapters_on_every_layer_take_effect()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var unet = UNet(linear: false);
        var layers = new LoraLayers(unet);
        using var generator = new Generator(6, CPU);
        using var adapter = new LoraAdapter(layers.ByPath.Select(layer => KeyValuePair.Create(layer.Key, RandomChange(layer.Value.Weight.shape, generator))));
        var without = Run(unet, UNetOptimizations.None, 2, 8, 8);
        using var attached = adapter.Attach(layers);
        var with = Run(unet, UNetOptimizations.None, 2, 8, 8);
        Assert.True(TensorAssert.Difference(without, with) > 1e-3);
        TensorAssert.Close(with, Run(unet, new UNetOptimizations(), 2, 8, 8), Tolerance);
    }

    private static UNetOptimizations Optimizations(string name) => name switch
    {
        "none" => UNetOptimizations.None,
        "time" => UNetOptimizations.None with { SharesTimeEmbedding = true },
        "gates" => UNetOptimizations.None with { GatesInTwoProducts = true },
        _ => UNetOptimizations.None with { KeepsImageLayout = true },
    };

    private static UNet2DConditionModel UNet(bool linear)
    {
        var unet = new UNet2DConditionModel(TinyModels.UNetConfig() with { UseLinearProjection = linear });
        using var generator = new Generator(17, CPU);
        ParameterInitializer.Initialize(unet, generator);
        return unet;
    }

    private static Tensor Run(
        UNet2DConditionModel unet, UNetOptimizations optimizations, int rows, int height, int width)
    {
        unet.Optimizations = optimizations;
        var sample = randn(rows, 4, height, width, generator: new Generator(4, CPU));
        return unet.forward(sample, tensor(321L),
            randn(rows, 3, TinyModels.TextWidth, generator: new Generator(5, CPU)));
    }

    private static Tensor Gradient(UNet2DConditionModel unet, UNetOptimizations optimizations)
    {
        unet.Optimizations = optimizations;
        var sample = randn(1, 4, 16, 16, generator: new Generator(4, CPU));
        sample.requires_grad_();
        unet.forward(sample, tensor(321L), randn(1, 3, TinyModels.TextWidth, generator: new Generator(5, CPU))).square()
            .mean().backward();
        return sample.grad!;
    }

    private static LoraMatrices RandomChange(long[] weight, Generator generator) => new(
        randn([2, .. weight[1..]], generator: generator) * 0.1,
        randn([weight[0], 2, .. weight[2..].Select(_ => 1L)], generator: generator) * 0.1,
        2);
}
