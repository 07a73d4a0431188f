using MLNet.SynthAugment.Diffusion;

namespace MLNet.SynthAugment.Methods;

/// <summary>Choices among things.</summary>
internal static class RandomChoice
{
    /// <summary>One of the things, each as likely.</summary>
    public static T Of<T>(this SeededRandom random, IReadOnlyList<T> things) => things[random.Next(things.Count)];
}
