namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>Training stopped because the loss or its gradient is no number any more. The message says what to try.</summary>
/// <param name="step">The step, from 0.</param>
/// <param name="what">What overflowed: "loss" or "gradient".</param>
public sealed class TrainingDivergedException(int step, string what)
    : Exception($"The {what} of training step {step} is not a finite number. Try a lower learning rate, float32 or bfloat16 instead of float16, or look for damaged images among the examples.")
{
    /// <summary>The step, from 0.</summary>
    public int Step { get; } = step;
}
