namespace MLNet.SynthAugment.Diffusion;

/// <summary>
/// Names the random numbers of one image, step or choice: equal keys give equal numbers, on every machine and after
/// every restart. A plain number is the key of that seed: <c>new ImageRequest("a photo of a cat", 42)</c>.
/// </summary>
/// <param name="Seed">The seed of the run.</param>
/// <param name="Scope">What the numbers are for, such as the name of a class.</param>
/// <param name="Index">The number of the image, step or the like within the scope.</param>
public readonly record struct NoiseKey(long Seed, string Scope = "", long Index = 0)
{
    /// <summary>The key of a seed, with no scope and index 0.</summary>
    /// <param name="seed">The seed of the run.</param>
    public static implicit operator NoiseKey(long seed) => new(seed);
}
