using MLNet.SynthAugment.Diffusion.Training;
using MLNet.SynthAugment.Diffusion.Weights;
using TorchSharp.Modules;

namespace MLNet.SynthAugment.Pretraining.Optimization;

/// <summary>
/// AdamW (<see cref="AdamWStep"/>) that also keeps an exponential moving average of the weights, which is what
/// diffusion models are sampled with. Its whole state can be saved and restored bit by bit.
/// </summary>
internal sealed class AveragedAdamW : IDisposable
{
    private const double MaxGradientNorm = 1;
    private const double AverageDecay = 0.999;

    private static readonly AdamWStep s_adam = new(WeightDecay: 0.01, Beta2: 0.99);

    private readonly List<Slot> _slots;

    private sealed record Slot(string Name, Parameter Weight, Tensor Mean, Tensor Square, Tensor Average);

    /// <summary>Takes the parameters that are to be trained.</summary>
    /// <param name="parameters">Names, unique among themselves, and parameters of one device.</param>
    public AveragedAdamW(IEnumerable<(string name, Parameter parameter)> parameters)
    {
        using var noGradient = no_grad();
        _slots = parameters.Select(entry => new Slot(
            entry.name,
            entry.parameter,
            zeros_like(entry.parameter).DetachFromDisposeScope(),
            zeros_like(entry.parameter).DetachFromDisposeScope(),
            entry.parameter.detach().clone().DetachFromDisposeScope())).ToList();
    }

    /// <summary>Weights, averages and moments by name, as they are saved.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> State =>
        _slots.SelectMany(slot => new KeyValuePair<string, Tensor>[]
    {
        new($"weight.{slot.Name}", slot.Weight),
        new($"mean.{slot.Name}", slot.Mean),
        new($"square.{slot.Name}", slot.Square),
        new($"average.{slot.Name}", slot.Average),
    });

    /// <summary>Takes over a saved state.</summary>
    /// <exception cref="SafetensorsException">The file lacks a tensor or has one of another shape.</exception>
    public void Restore(SafetensorsFile file)
    {
        using var noGradient = no_grad();
        foreach (var (name, tensor) in State)
            file.CopyTo(name, tensor);
    }

    /// <summary>
    /// Clips the gradients to a joint norm of 1, moves the weights and their averages, forgets the gradients.
    /// </summary>
    /// <param name="learningRate">The step's learning rate.</param>
    /// <param name="step">Number of the step, from 1.</param>
    public void Step(double learningRate, long step)
    {
        using var noGradient = no_grad();
        nn.utils.clip_grad_norm_(_slots.Select(slot => slot.Weight), MaxGradientNorm);
        // Early on the weights move fast: a short memory first (as in the exponential averages of TensorFlow).
        var averageStep = 1 - Math.Min(AverageDecay, (1.0 + step) / (10 + step));
        foreach (var slot in _slots)
        {
            using var scope = NewDisposeScope();
            var gradient = slot.Weight.grad;
            if (gradient is null)
                continue;
            s_adam.Update(slot.Weight, gradient, slot.Mean, slot.Square, learningRate, step - 1);
            slot.Average.mul_(Kept(1 - averageStep)).add_(slot.Weight, Kept(averageStep));
            gradient.zero_();
        }
    }

    /// <summary>Exchanges weights and averages: once before the model is sampled or saved, once after.</summary>
    public void SwapAverages()
    {
        using var noGradient = no_grad();
        foreach (var slot in _slots)
        {
            using var weight = slot.Weight.detach().clone();
            slot.Weight.copy_(slot.Average);
            slot.Average.copy_(weight);
        }
    }

    /// <summary>Does something while the parameters hold the averages.</summary>
    public void WithAverages(Action action)
    {
        SwapAverages();
        try
        {
            action();
        }
        finally
        {
            SwapAverages();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var slot in _slots)
        {
            slot.Mean.Dispose();
            slot.Square.Dispose();
            slot.Average.Dispose();
        }
    }
}
