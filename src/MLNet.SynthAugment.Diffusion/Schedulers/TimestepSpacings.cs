namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>The timesteps of a DDPM or DDIM sampling run (Lin et al. 2024, table 2).</summary>
internal static class TimestepSpacings
{
    public static double[] Compute(SchedulerConfig config, int steps)
    {
        var total = config.NumTrainTimesteps;
        if (steps < 1 || steps > total)
            throw new ArgumentOutOfRangeException(nameof(steps), steps, $"The number of sampling steps must be 1 to {total}.");
        var timesteps = config.TimestepSpacing switch
        {
            TimestepSpacing.Leading => Enumerable.Range(0, steps).Select(i => (double)(steps - 1 - i) * (total / steps) + config.StepsOffset),
            TimestepSpacing.Trailing => Enumerable.Range(0, steps).Select(i => Math.Round(total - i * (double)total / steps) - 1),
            _ => Enumerable.Range(0, steps).Select(i => Math.Round(steps == 1 ? 0 : (steps - 1 - i) * (total - 1.0) / (steps - 1))),
        };
        // With as many steps as training timesteps, an offset would lead past the last one.
        return [.. timesteps.Select(t => Math.Min(t, total - 1))];
    }
}
