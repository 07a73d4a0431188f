namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>
/// The timesteps of a sampling run, noisiest first (Lin et al. 2024, table 2). Halves are rounded to even numbers and
/// products are taken in the order NumPy takes them: many step counts meet a half exactly, and would otherwise round to
/// the neighbour.
/// </summary>
internal static class TimestepSpacings
{
    /// <summary>Whole timesteps for samplers that look ᾱ up by them.</summary>
    public static double[] Whole(SchedulerConfig config, int steps) =>
        // With as many steps as training timesteps, an offset would lead past the last one.
        [.. Even(config, steps).Select(timestep => Math.Min(Math.Round(timestep), config.NumTrainTimesteps - 1))];

    /// <summary>
    /// Timesteps between which σ is interpolated; <see cref="TimestepSpacing.Linspace"/> gives fractions.
    /// </summary>
    public static double[] Fractional(SchedulerConfig config, int steps) =>
        [.. Even(config, steps).Select(timestep => (double)(float)timestep)];

    /// <summary>
    /// Whole timesteps of DPM-Solver, whose grid has one more interval, so that the last step goes to the clean sample.
    /// </summary>
    /// <param name="config">The configuration.</param>
    /// <param name="steps">Number of steps.</param>
    /// <param name="usable">Number of training timesteps that are not clipped off at the noisy end.</param>
    public static double[] DpmSolver(SchedulerConfig config, int steps, int usable) => config.TimestepSpacing switch
    {
        TimestepSpacing.Leading => Leading(steps + 1, usable / (steps + 1), config.StepsOffset)[..^1],
        TimestepSpacing.Trailing => Trailing(steps, usable, (double)config.NumTrainTimesteps / steps),
        _ => [.. Linspace(steps + 1, usable - 1)[..^1].Select(timestep => Math.Round(timestep))],
    };

    private static double[] Even(SchedulerConfig config, int steps) => config.TimestepSpacing switch
    {
        TimestepSpacing.Leading => Leading(steps, config.NumTrainTimesteps / steps, config.StepsOffset),
        TimestepSpacing.Trailing => Trailing(steps, config.NumTrainTimesteps, (double)config.NumTrainTimesteps / steps),
        _ => Linspace(steps, config.NumTrainTimesteps - 1),
    };

    private static double[] Leading(int count, int stride, int offset) =>
        [.. Enumerable.Range(0, count).Select(i => (double)(count - 1 - i) * stride + offset)];

    private static double[] Trailing(int steps, int total, double stride)
    {
        var difference = total - stride - total;
        return [.. Enumerable.Range(0, steps).Select(i => Math.Round(total + i * difference) - 1)
            .TakeWhile(timestep => timestep >= 0)];
    }

    private static double[] Linspace(int count, int last)
    {
        if (count == 1) return [0];
        var stride = (double)last / (count - 1);
        return [last, .. Enumerable.Range(1, count - 1).Select(i => (count - 1 - i) * stride)];
    }
}
