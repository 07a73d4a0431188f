namespace MLNet.SynthAugment.Pretraining.Optimization;

/// <summary>When a stage of training ends: after so many steps or so much time, whichever comes first.</summary>
/// <param name="Steps">Greatest number of steps; with none the stage has ended before it begins.</param>
/// <param name="Time">Greatest computing time over all sittings, or null for no limit.</param>
public sealed record StageBudget(long Steps, TimeSpan? Time = null)
{
    /// <summary>The share of the budget that is used up, 0 … 1.</summary>
    /// <param name="steps">Steps done.</param>
    /// <param name="elapsed">Time used.</param>
    public double Used(long steps, TimeSpan elapsed) =>
        Steps == 0 ? 1 : Math.Min(1, Math.Max((double)steps / Steps, Time is { } limit ? elapsed / limit : 0));
}
