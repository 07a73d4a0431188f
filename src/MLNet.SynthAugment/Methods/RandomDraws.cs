namespace MLNet.SynthAugment.Methods;

/// <summary>What is drawn from random numbers.</summary>
internal static class RandomDraws
{
    /// <summary>One of the things, each as likely.</summary>
    public static T Of<T>(this SeededRandom random, IReadOnlyList<T> things) => things[random.Next(things.Count)];
}
