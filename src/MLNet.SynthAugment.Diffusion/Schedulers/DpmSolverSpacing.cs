namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>Timesteps and noise levels of a DPM-Solver run.</summary>
internal static class DpmSolverSpacing
{
    private const double RoundingOfLogarithms = 1e-3;

    /// <summary>The timesteps, whole numbers, and their σ without the one after the last step.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The spacing does not allow so many steps.</exception>
    public static (double[] Timesteps, double[] Sigmas) Compute(SchedulerConfig config, SigmaTable table, int steps)
    {
        if (ChosenSigmas(config, table, steps) is { } sigmas)
            return ([.. sigmas.Select(sigma => Whole(config, table.ToTimestep(sigma)))], sigmas);

        var usable = config.LambdaMinClipped is { } bound
            ? table.CountWithLogSnrAtLeast(bound) : config.NumTrainTimesteps;
        var timesteps = TimestepSpacings.DpmSolver(config, steps, usable);
        if (timesteps.Length == 0 || (timesteps.Length > 1 && timesteps[0] == timesteps[^1]))
            throw new ArgumentOutOfRangeException(
                nameof(steps), steps, $"DPM-Solver cannot take so many steps out of {usable} timesteps with this "
                    + "timestep_spacing.");
        return (timesteps, [.. timesteps.Select(table.At)]);
    }

    // As diffusers has it: to the nearest for two of the spacings, but not on cosine schedules, else downwards. The
    // ends of the schedule miss their whole number by rounding only.
    private static double Whole(SchedulerConfig config, double timestep) =>
        (config.UseKarrasSigmas || config.UseLuLambdas) && config.BetaSchedule != BetaSchedule.SquaredcosCapV2
            ? Math.Round(timestep)
            : Math.Floor(timestep + RoundingOfLogarithms);

    private static double[]? ChosenSigmas(SchedulerConfig config, SigmaTable table, int steps)
    {
        if (!config.UseLuLambdas || config.UseKarrasSigmas)
            return SigmaSpacings.Compute(config, table.Smallest, table.Largest, steps);
        var (smallest, largest) = table.LogarithmicRange;
        return [.. Enumerable.Range(0, steps)
            .Select(i => Math.Exp(steps == 1 ? largest : largest + (double)i / (steps - 1) * (smallest - largest)))];
    }
}
