using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2) over flat parameters. Its moments are open,
/// so that a checkpoint can hold them.
/// </summary>
internal sealed class FlatAdamW(FlatParameters parameters, double weightDecay, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8) : IDisposable
{
    /// <summary>Running mean of the gradients.</summary>
    public Tensor FirstMoment { get; } = zeros_like(parameters.Values).DetachFromDisposeScope();

    /// <summary>Running mean of the squared gradients.</summary>
    public Tensor SecondMoment { get; } = zeros_like(parameters.Values).DetachFromDisposeScope();

    /// <summary>Updates the values from the gradients.</summary>
    /// <param name="learningRate">Rate of this step.</param>
    /// <param name="step">Number of updates before this one.</param>
    public void Update(double learningRate, long step)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var gradients = parameters.Gradients.alias();
        var (mean, square, values) = (FirstMoment.alias(), SecondMoment.alias(), parameters.Values.alias());
        mean.mul_(beta1).add_(gradients, 1 - beta1);
        square.mul_(beta2).addcmul_(gradients, gradients, 1 - beta2);
        var correction1 = 1 - Math.Pow(beta1, step + 1);
        var correction2 = 1 - Math.Pow(beta2, step + 1);
        var denominator = square.sqrt().div_(Math.Sqrt(correction2)).add_(epsilon);
        values.mul_(1 - learningRate * weightDecay).addcdiv_(mean, denominator, -learningRate / correction1);
    }

    public void Dispose()
    {
        FirstMoment.Dispose();
        SecondMoment.Dispose();
    }
}
