using static MLNet.SynthAugment.Diffusion.KeptScalars;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Seeds;

/// <summary>
/// New seeds near given ones, of the same norm: a seed's norm decides how likely a diffusion model finds it.
/// </summary>
public static class SeedPerturbation
{
    /// <summary>u·|seed| / |u| with u = √(1 − s²)·seed + s·noise, image by image.</summary>
    /// <param name="seeds">[B, C, h, w].</param>
    /// <param name="noise">Unit normal noise of the same shape.</param>
    /// <param name="strength">s, 0 (the seed itself) to 1 (noise of the seed's norm).</param>
    /// <returns>[B, C, h, w].</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The strength is not 0 to 1.</exception>
    public static Tensor Apply(Tensor seeds, Tensor noise, double strength)
    {
        if (strength is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(strength), strength, "It must be 0 to 1.");
        if (seeds.dim() != 4 || !seeds.shape.SequenceEqual(noise.shape))
            throw new ArgumentException(
                $"The seeds have shape [{string.Join(", ", seeds.shape)}], the noise "
                    + $"[{string.Join(", ", noise.shape)}]; [B, C, h, w] twice is expected.", nameof(noise));
        using var scope = NewDisposeScope();
        var mixed = (Kept(Math.Sqrt(1 - strength * strength)) * seeds).Plus(Kept(strength) * noise);
        return (mixed * (Norms(seeds) / Norms(mixed))).MoveToOuterDisposeScope();
    }

    private static Tensor Norms(Tensor seeds) => seeds.flatten(1).norm(1, keepdim: true).unsqueeze(-1).unsqueeze(-1);
}
