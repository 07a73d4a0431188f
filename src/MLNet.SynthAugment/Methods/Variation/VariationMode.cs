namespace MLNet.SynthAugment.Methods;

/// <summary>What an image of <see cref="ImageVariation"/> is a variation of.</summary>
public enum VariationMode
{
    /// <summary>One shot.</summary>
    OneShot,

    /// <summary>
    /// What lies between two shots: their embeddings interpolated on the sphere at a random mix. A model that takes
    /// latents sees those of the nearer shot.
    /// </summary>
    BetweenShots,

    /// <summary>
    /// A shot whose embedding is moved about within the spread of its class. A model that takes latents sees those of
    /// the shot as they are.
    /// </summary>
    Jitter,
}
