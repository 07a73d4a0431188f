using MLNet.SynthAugment.Diffusion.UNets;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Weights;

/// <summary>
/// Loading takes the memory of the parameters and little beside it. (benchmarks/ModelLoading measures the real size.)
/// </summary>
public sealed class LoadingMemoryTests : IDisposable
{
    private const double PartAllowed = 1.15;

    private readonly string _folder = Directory.CreateTempSubdirectory("loading").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [LongTheory]
    [InlineData(ScalarType.Float32, ScalarType.Float32)]
    [InlineData(ScalarType.Float16, ScalarType.Float32)]
    [InlineData(ScalarType.Float32, ScalarType.BFloat16)]
    public void Peak_is_little_above_the_parameters(ScalarType inFile, ScalarType loaded)
    {
        var config = new UNet2DConditionConfig
        { BlockOutChannels = [128, 256, 512, 512], AttentionHeadDim = 8L, CrossAttentionDim = 768L };
        using (var unet = new UNet2DConditionModel(config))
        {
            using var _ = no_grad();
            foreach (var parameter in unet.parameters())
                parameter.fill_(0.5);
            unet.Save(_folder, inFile);
        }
        var size = 0L;
        var peak = ResidentMemory.PeakDuring(() =>
        {
            using var unet = UNet2DConditionModel.FromFolder(_folder, CPU, loaded);
            size = unet.parameters().Sum(parameter => parameter.NumberOfElements * parameter.ElementSize);
        });
        Assert.True(size > 200_000_000);
        Assert.True(peak <= PartAllowed * size, $"{peak / 1e6:f0} MB for {size / 1e6:f0} MB of parameters");
    }
}
