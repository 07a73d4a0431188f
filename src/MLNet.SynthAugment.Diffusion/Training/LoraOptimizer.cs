using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>What one update did.</summary>
/// <param name="Loss">The loss before the update.</param>
/// <param name="GradientNorm">Norm of all gradients together, before clipping.</param>
/// <param name="LearningRate">The rate of the update.</param>
internal readonly record struct LoraUpdate(double Loss, double GradientNorm, double LearningRate);

/// <summary>Turns a loss into an update of the adapter: gradients, clipping by their joint norm, AdamW, learning rate.</summary>
internal sealed class LoraOptimizer(FlatParameters parameters, LoraTrainingOptions options) : IDisposable
{
    // Keeps the clipping factor finite, as torch does it.
    private const double NormEpsilon = 1e-6;

    /// <summary>The optimiser's moments.</summary>
    public FlatAdamW Adam { get; } = new(parameters, options.WeightDecay);

    /// <summary>Goes one step down the gradient.</summary>
    /// <exception cref="TrainingDivergedException">The loss or the gradient is not finite; nothing was changed.</exception>
    public LoraUpdate Update(Tensor loss, int step)
    {
        parameters.Gradients.zero_();
        loss.backward();
        double lossValue = loss.item<float>();
        if (!double.IsFinite(lossValue)) throw new TrainingDivergedException(step, "loss");
        using var norm = parameters.Gradients.norm();
        double normValue = norm.item<float>();
        if (!double.IsFinite(normValue)) throw new TrainingDivergedException(step, "gradient");

        var factor = options.MaxGradientNorm / (normValue + NormEpsilon);
        if (factor < 1) parameters.Gradients.mul_(factor);
        var rate = options.LearningRate * options.Schedule.Factor(step, options.WarmupSteps, options.Steps);
        Adam.Update(rate, step);
        return new LoraUpdate(lossValue, normValue, rate);
    }

    public void Dispose() => Adam.Dispose();
}
