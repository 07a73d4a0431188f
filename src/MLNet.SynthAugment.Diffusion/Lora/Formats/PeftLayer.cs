using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Lora.Formats;

/// <summary>What PEFT's settings say of one layer.</summary>
/// <param name="Alpha">The scale's numerator, or null.</param>
/// <param name="IsRankStabilized">Whether the scale is alpha / √rank (Kalajdzievski 2023), not alpha / rank.</param>
/// <param name="Rank">The rank, or null.</param>
/// <param name="RankSource">Where the rank is said, for the message.</param>
internal sealed record PeftLayer(float? Alpha, bool IsRankStabilized, float? Rank, string RankSource)
{
    /// <summary>The matrices with the alpha that the settings give them, or alpha = rank if they give none.</summary>
    /// <exception cref="ArgumentException">The matrices have another rank than the settings say.</exception>
    public LoraMatrices Scale(string layer, Tensor a, Tensor b, long rank)
    {
        if (Rank is { } expected && expected != rank)
            throw new ArgumentException($"{layer}: {RankSource} = {expected}, but the file's matrices A "
                + $"[{string.Join(", ", a.shape)}] and B [{string.Join(", ", b.shape)}] have rank {rank}: settings "
                + $"and file are not of one adapter.");
        if (Alpha is not { } alpha) return new LoraMatrices(a, b, rank);
        return new LoraMatrices(a, b, IsRankStabilized ? alpha * MathF.Sqrt(rank) : alpha);
    }
}
