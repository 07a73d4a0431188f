using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Pretraining.Checks;
using MLNet.SynthAugment.Pretraining.Models;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Pretraining.Tests;

public sealed class ClassPrototypesTests
{
    [Fact]
    public void PicturesLikeAClassFallToItAndTheShareCountsThem()
    {
        using var scope = NewDisposeScope();
        using var clip = new ClipModel(SmallModel.Clip(600));
        using var generator = Noise.CreateGenerator(new NoiseKey(3), "weights");
        ParameterInitializer.Initialize(clip, generator);
        var classes = Enumerable.Range(0, 4).Select(number => ClassOf(number)).ToList();
        Assert.Equal(1, ClassPrototypes.FiveShotAccuracy(clip, classes));
        using var prototypes = new ClassPrototypes(clip, classes);
        Assert.Equal(0.5, prototypes.ShareRight([classes[0], classes[2], classes[1], classes[3]]));
    }

    /// <summary>Eight pictures that differ little from each other and much from another class's.</summary>
    private static Tensor ClassOf(int number) =>
        Noise.Normal(new NoiseKey(1, Index: number), [1, 3, SmallModel.ImageSize, SmallModel.ImageSize], "class")
            + (0.05 * Noise.Normal(new NoiseKey(1, Index: number), [8, 3, SmallModel.ImageSize, SmallModel.ImageSize],
                "picture"));
}
