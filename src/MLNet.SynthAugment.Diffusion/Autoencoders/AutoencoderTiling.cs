namespace MLNet.SynthAugment.Diffusion.Autoencoders;

/// <summary>
/// Decoding of large latents in overlapping square tiles that are blended linearly: memory stays that of one tile. An
/// approximation: a tile sees nothing outside itself, and norms and attention are those of the tile.
/// </summary>
/// <param name="TileSize">Height and width of a tile in latents, at least 2.</param>
/// <param name="Overlap">What neighbouring tiles share, in latents, 1 to half the tile.</param>
public sealed record AutoencoderTiling(int TileSize = 64, int Overlap = 16)
{
    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range; the message names it.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(TileSize, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(Overlap, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Overlap, TileSize / 2);
    }

    /// <summary>Decodes tile by tile.</summary>
    /// <param name="latents">[B, C, h, w].</param>
    /// <param name="scale">How many times larger the image is.</param>
    /// <param name="decode">Decodes a tile.</param>
    /// <returns>[B, channels, h · scale, w · scale].</returns>
    internal Tensor Decode(Tensor latents, long scale, Func<Tensor, Tensor> decode)
    {
        using var scope = NewDisposeScope();
        var (height, width) = (latents.shape[2], latents.shape[3]);
        Tensor? sum = null, weights = null;
        foreach (var (top, tileHeight) in Tiles(height))
        {
            foreach (var (left, tileWidth) in Tiles(width))
            {
                using var tileScope = NewDisposeScope();
                var tile = decode(latents.narrow(2, top, tileHeight).narrow(3, left, tileWidth));
                var weight = (Ramp(tileHeight * scale, scale).unsqueeze(1) * Ramp(tileWidth * scale, scale)).to(tile);
                sum ??= zeros([tile.shape[0], tile.shape[1], height * scale, width * scale], tile.dtype, tile.device)
                    .MoveToOuterDisposeScope();
                weights ??= zeros([height * scale, width * scale], tile.dtype, tile.device).MoveToOuterDisposeScope();
                sum.narrow(2, top * scale, tileHeight * scale).narrow(3, left * scale, tileWidth * scale)
                    .add_(tile * weight, Kept(1));
                weights.narrow(0, top * scale, tileHeight * scale).narrow(1, left * scale, tileWidth * scale)
                    .add_(weight, Kept(1));
            }
        }
        return (sum! / weights!).MoveToOuterDisposeScope();
    }

    /// <summary>Whether latents of this size are larger than a tile.</summary>
    internal bool Applies(Tensor latents) => latents.shape[2] > TileSize || latents.shape[3] > TileSize;

    // The last tile is moved back so that it ends with the latents.
    private IEnumerable<(long Start, long Length)> Tiles(long length)
    {
        var size = Math.Min(TileSize, length);
        for (long start = 0; ; start += TileSize - Overlap)
        {
            if (start + size >= length)
            {
                yield return (length - size, size);
                yield break;
            }
            yield return (start, size);
        }
    }

    // Rises over the overlap from nearly 0 to 1 at both ends; what is covered once is divided by its own weight again.
    private Tensor Ramp(long length, long scale)
    {
        var positions = arange(Kept(1), Kept(length + 1), Kept(1), ScalarType.Float32);
        return minimum(positions, positions.SubtractedFrom(length + 1)).div(Kept(Overlap * scale + 1))
            .clamp_max(Kept(1));
    }
}
