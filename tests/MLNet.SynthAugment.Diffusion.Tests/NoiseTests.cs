using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests;

public sealed class NoiseTests
{
    [Fact]
    public void Equal_arguments_give_equal_numbers_and_others_do_not()
    {
        using var scope = NewDisposeScope();
        var noise = Noise.Normal(new NoiseKey(1, "cat", 2), [4, 8, 8]);
        Assert.Equal(ScalarType.Float32, noise.dtype);
        Assert.True(Tensors.BitEqual(noise, Noise.Normal(new NoiseKey(1, "cat", 2), [4, 8, 8])));
        Assert.False(Tensors.BitEqual(noise, Noise.Normal(new NoiseKey(2, "cat", 2), [4, 8, 8])));
        Assert.False(Tensors.BitEqual(noise, Noise.Normal(new NoiseKey(1, "car", 2), [4, 8, 8])));
        Assert.False(Tensors.BitEqual(noise, Noise.Normal(new NoiseKey(1, "cat", 3), [4, 8, 8])));
        Assert.False(Tensors.BitEqual(noise, Noise.Normal(new NoiseKey(1, "cat", 2), [4, 8, 8], "step")));
        Assert.False(Tensors.BitEqual(Noise.Normal(new NoiseKey(1, "ab", 2), [32], "c"),
            Noise.Normal(new NoiseKey(1, "a", 2), [32], "bc")));
    }

    [Fact]
    public void Numbers_are_standard_normal()
    {
        using var scope = NewDisposeScope();
        var noise = Noise.Normal(new NoiseKey(1, "x"), [100_000]);
        Assert.InRange(noise.mean().item<float>(), -0.02f, 0.02f);
        Assert.InRange(noise.std().item<float>(), 0.98f, 1.02f);
    }

    [Fact]
    public void The_numbers_of_a_seed_are_not_changed_by_a_new_version()
    {
        using var scope = NewDisposeScope();
        using var generator = Noise.CreateGenerator(new NoiseKey(1, "cat", 2), "latents");
        // The first eight bytes, little-endian, of SHA-256 over the 64-bit numbers and the texts with their lengths.
        Assert.Equal(-7062942730996778465L, generator.initial_seed());
    }
}
