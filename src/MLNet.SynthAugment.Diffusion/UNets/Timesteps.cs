using static MLNet.SynthAugment.Diffusion.KeptScalars;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.UNets;

/// <summary>Sinusoidal embeddings of numbers (Vaswani et al. 2017, section 3.5; Ho et al. 2020).</summary>
public static class Timesteps
{
    private const double LongestPeriod = 10000;

    /// <summary>sin and cos of t · 10000^(−i / (width/2 − shift)), i = 0 ... width/2 − 1.</summary>
    /// <param name="timesteps">[N], any numeric type.</param>
    /// <param name="width">Width of an embedding; an odd one ends with a zero.</param>
    /// <param name="cosineFirst">Whether the cosines come before the sines.</param>
    /// <param name="frequencyShift">The shift.</param>
    /// <returns>[N, width] in float32.</returns>
    public static Tensor Embed(Tensor timesteps, long width, bool cosineFirst, double frequencyShift)
    {
        var half = width / 2;
        var exponents = arange(Kept(0), Kept(half), Kept(1), ScalarType.Float32, timesteps.device) * Kept(
            -Math.Log(LongestPeriod) / (half - frequencyShift));
        var angles = timesteps.to(ScalarType.Float32).unsqueeze(1) * exponents.exp().unsqueeze(0);
        var (first, second) = cosineFirst ? (angles.cos(), angles.sin()) : (angles.sin(), angles.cos());
        var embedding = cat([first, second], 1);
        return width % 2 == 0 ? embedding : nn.functional.pad(embedding, (0, 1));
    }
}
