namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>How the learning rate changes after its linear warm-up.</summary>
public enum LearningRateSchedule
{
    /// <summary>It stays.</summary>
    Constant,

    /// <summary>It falls to 0 along half a cosine (Loshchilov and Hutter 2017, one period).</summary>
    Cosine,

    /// <summary>It falls to 0 along a line.</summary>
    Linear,
}

/// <summary>Computes learning rates.</summary>
public static class LearningRateSchedules
{
    /// <summary>
    /// The factor on the base rate in a step: step / warm-up at first (so 0 in step 0), then the schedule.
    /// </summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="step">The step, from 0.</param>
    /// <param name="warmupSteps">Steps of warm-up; 0 for none.</param>
    /// <param name="totalSteps">Steps in all, warm-up included.</param>
    /// <returns>0 to 1.</returns>
    public static double Factor(this LearningRateSchedule schedule, long step, long warmupSteps, long totalSteps)
    {
        if (step < warmupSteps) return (double)step / warmupSteps;
        var progress = Math.Min(1, (double)(step - warmupSteps) / Math.Max(1, totalSteps - warmupSteps));
        return schedule switch
        {
            LearningRateSchedule.Cosine => 0.5 * (1 + Math.Cos(Math.PI * progress)),
            LearningRateSchedule.Linear => 1 - progress,
            _ => 1,
        };
    }
}
