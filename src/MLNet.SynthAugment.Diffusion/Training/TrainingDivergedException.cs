using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.TextualInversion;

namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>
/// Training stopped because a number overflowed. The message says what to try; the last checkpoint is left as it is.
/// </summary>
/// <param name="step">The step, from 0.</param>
/// <param name="what">What overflowed: "loss", "gradient" or "update".</param>
public sealed class TrainingDivergedException(int step, string what)
    : Exception($"The {what} of training step {step} overflowed or is not a number. Try a lower learning rate, float32 or bfloat16 instead of float16, or look for damaged images among the examples.")
{
    /// <summary>The step, from 0.</summary>
    public int Step { get; } = step;

    /// <summary>
    /// The adapter with the last weights whose loss and gradients were finite; the catcher owns it. Null if training
    /// was not run by <see cref="LoraTrainer"/>.
    /// </summary>
    public LoraAdapter? LastGoodAdapter { get; internal set; }

    /// <summary>
    /// The same of a token's embedding; null if training was not run by <see cref="TextualInversionTrainer"/>.
    /// </summary>
    public TokenEmbedding? LastGoodEmbedding { get; internal set; }
}
