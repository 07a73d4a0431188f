using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.TextualInversion;

namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>What one update did.</summary>
/// <param name="Loss">The loss before the update.</param>
/// <param name="GradientNorm">Norm of all gradients together, before clipping.</param>
/// <param name="LearningRate">The rate of the update; the UNet's, where the text encoder has its own.</param>
internal readonly record struct TrainingUpdate(double Loss, double GradientNorm, double LearningRate);

/// <summary>
/// Turns gradients into an update of what is trained: clipping by their joint norm, AdamW, learning rate.
/// </summary>
internal sealed class TrainingOptimizer : IDisposable
{
    // Keeps the clipping factor finite, as torch does it.
    private const double NormEpsilon = 1e-6;

    private readonly FlatParameters _parameters;
    private readonly TrainingOptions _options;
    private readonly long _textValues;
    private readonly double _textLearningRate;
    private readonly Tensor _proven;

    /// <param name="parameters">What is trained.</param>
    /// <param name="options">The settings.</param>
    /// <param name="textValues">How many of the values, from the first on, belong to text encoders.</param>
    /// <param name="textLearningRate">Their highest learning rate; null for that of the others.</param>
    public TrainingOptimizer(
        FlatParameters parameters, TrainingOptions options, long textValues = 0, double? textLearningRate = null)
    {
        (_parameters, _options) = (parameters, options);
        (_textValues, _textLearningRate) = (textValues, textLearningRate ?? options.LearningRate);
        Adam = new FlatAdamW(parameters, options.WeightDecay);
        _proven = parameters.Values.clone().DetachFromDisposeScope();
    }

    /// <summary>The optimiser's moments.</summary>
    public FlatAdamW Adam { get; }

    /// <summary>Brings the values back to where they may be, after each update; null to leave them.</summary>
    public Action? Constrain { get; init; }

    /// <summary>Sets all gradients to 0; those of one or more losses can be added up then.</summary>
    public void ClearGradients() => _parameters.Gradients.zero_();

    /// <summary>Goes one step down the gradient of a loss.</summary>
    /// <exception cref="TrainingDivergedException">Something overflowed; the weights are the last before
    /// it.</exception>
    public TrainingUpdate Update(Tensor loss, int step)
    {
        ClearGradients();
        loss.backward();
        return UpdateFromGradients(loss, step);
    }

    /// <summary>Goes one step down the gradients that were added up.</summary>
    /// <param name="loss">The loss that they belong to.</param>
    /// <param name="step">The step, from 0.</param>
    /// <exception cref="TrainingDivergedException">Something overflowed; the weights are the last before
    /// it.</exception>
    public TrainingUpdate UpdateFromGradients(Tensor loss, int step)
    {
        double lossValue = loss.item<float>();
        if (!double.IsFinite(lossValue))
            throw Diverged(step, "loss");
        using var norm = _parameters.Gradients.norm();
        double normValue = norm.item<float>();
        if (!double.IsFinite(normValue))
            throw Diverged(step, "gradient");
        RememberValues();

        var factor = _options.MaxGradientNorm / (normValue + NormEpsilon);
        if (factor < 1)
            _parameters.Gradients.mul_(Kept(factor));
        var part = _options.Schedule.Factor(step, _options.WarmupSteps, _options.Steps);
        var rate = _options.LearningRate * part;
        Adam.Update([(_textValues, _textLearningRate * part),
            (_parameters.Values.NumberOfElements - _textValues, rate)], step);
        Constrain?.Invoke();
        return CanBeNormalised() ? new TrainingUpdate(lossValue, normValue, rate) : throw Diverged(step, "update");
    }

    /// <summary>Makes the present values those to go back to.</summary>
    public void RememberValues()
    {
        using var noGradient = no_grad();
        _proven.copy_(_parameters.Values);
    }

    public void Dispose()
    {
        Adam.Dispose();
        _proven.Dispose();
    }

    // Normalisation squares what it reads. Where the squares overflow, libtorch's layer norm gives 0 instead of NaN:
    // the loss stays a number, and nothing is learnt any more.
    private bool CanBeNormalised()
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        return float.IsFinite(_parameters.Values.Squared().sum().item<float>());
    }

    private TrainingDivergedException Diverged(int step, string what)
    {
        using var noGradient = no_grad();
        _parameters.Values.copy_(_proven);
        return new TrainingDivergedException(step, what);
    }
}

/// <summary>
/// Training stopped because a number overflowed. The message says what to try; the last checkpoint is left as it is.
/// </summary>
/// <param name="step">The step, from 0.</param>
/// <param name="what">What overflowed: "loss", "gradient" or "update".</param>
public sealed class TrainingDivergedException(int step, string what)
    : Exception($"The {what} of training step {step} overflowed or is not a number. Try a lower learning rate, "
        + "float32 or bfloat16 instead of float16, or look for damaged images among the examples.")
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
