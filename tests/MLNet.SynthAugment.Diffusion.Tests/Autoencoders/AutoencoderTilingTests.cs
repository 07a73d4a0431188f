using MLNet.SynthAugment.Diffusion.Autoencoders;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Autoencoders;

/// <summary>Decoding row by row and tile by tile.</summary>
public sealed class AutoencoderTilingTests
{
    [Fact]
    public void Rows_one_after_the_other_agree()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var model = TinyModels.LatentDiffusion();
        var vae = (AutoencoderKL)model.Vae;
        var latents = randn(3, 4, 5, 7, generator: new Generator(1, CPU));
        var together = vae.Decode(latents);
        vae.PixelsAtOnce = 1;
        TensorAssert.Close(together, vae.Decode(latents), 1e-5);
    }

    [Theory]
    [InlineData(16, 16)]
    [InlineData(11, 23)]
    [InlineData(5, 30)]
    public void Tiles_cover_the_image_and_come_near_the_whole(long height, long width)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var model = TinyModels.LatentDiffusion();
        var vae = (AutoencoderKL)model.Vae;
        var latents = randn(2, 4, height, width, generator: new Generator(1, CPU));
        var whole = vae.Decode(latents);
        vae.Tiling = new AutoencoderTiling(TileSize: 8, Overlap: 4);
        var tiled = vae.Decode(latents);
        Assert.Equal(whole.shape, tiled.shape);
        Assert.True((tiled - whole).abs().mean().item<float>() < 0.5 * whole.std().item<float>());
    }

    [Fact]
    public void A_tile_that_holds_all_is_exact()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var model = TinyModels.LatentDiffusion();
        var vae = (AutoencoderKL)model.Vae;
        var latents = randn(1, 4, 8, 6, generator: new Generator(1, CPU));
        var whole = vae.Decode(latents);
        vae.Tiling = new AutoencoderTiling(TileSize: 8, Overlap: 2);
        Assert.True(Tensors.BitEqual(whole, vae.Decode(latents)));
    }

    [Fact]
    public void Blending_equal_tiles_changes_nothing()
    {
        using var scope = NewDisposeScope();
        var latents = randn(1, 1, 19, 26, generator: new Generator(1, CPU));
        var blended = new AutoencoderTiling(TileSize: 8, Overlap: 3).Decode(
            latents, 2, tile => tile.repeat_interleave(2, 2).repeat_interleave(2, 3));
        TensorAssert.Close(latents.repeat_interleave(2, 2).repeat_interleave(2, 3), blended, 1e-6);
    }

    [Fact]
    public void Wrong_tiles_are_refused()
    {
        using var model = TinyModels.LatentDiffusion();
        var vae = (AutoencoderKL)model.Vae;
        Assert.Throws<ArgumentOutOfRangeException>(() => vae.Tiling = new AutoencoderTiling(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => vae.Tiling = new AutoencoderTiling(8, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => vae.Tiling = new AutoencoderTiling(8, 0));
    }
}
