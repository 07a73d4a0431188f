namespace MLNet.SynthAugment.Pretraining;

/// <summary>How far pretraining is.</summary>
/// <param name="Stage">"autoencoder" or "diffusion".</param>
/// <param name="Step">Steps done in this stage, over all sittings.</param>
/// <param name="Fraction">Share of the stage's budget that is used, 0 … 1.</param>
/// <param name="Loss">Loss, averaged over about the last 50 steps.</param>
/// <param name="SamplesPerSecond">Training pictures a second in this sitting.</param>
/// <param name="Remaining">Time left in this stage.</param>
public sealed record PretrainingProgress(
    string Stage, long Step, double Fraction, double Loss, double SamplesPerSecond, TimeSpan Remaining);
