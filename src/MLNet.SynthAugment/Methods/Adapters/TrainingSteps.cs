namespace MLNet.SynthAugment.Methods.Adapters;

/// <summary>Passes over shots as training steps.</summary>
internal static class TrainingSteps
{
    /// <summary>
    /// The steps of <paramref name="epochs"/> passes over shots, of which each step takes batchSize · accumulation.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    /// <exception cref="ArgumentException">There are more steps than can be counted.</exception>
    public static int Of(int epochs, int shots, int batchSize, int accumulation = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1, nameof(DataDream.Epochs));
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1, nameof(DataDream.TrainingBatchSize));
        ArgumentOutOfRangeException.ThrowIfLessThan(accumulation, 1, nameof(DataDream.GradientAccumulation));
        var together = (long)batchSize * accumulation;
        var steps = epochs * ((shots + together - 1) / together);
        return steps <= int.MaxValue
            ? (int)steps
            : throw new ArgumentException(
                $"{epochs} {nameof(DataDream.Epochs)} over {shots} shots are {steps} training steps; at most "
                    + $"{int.MaxValue} are possible.");
    }
}
