using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>
/// Trainable float32 tensors that share one flat buffer for their values and one for their gradients, so that clipping
/// and the optimiser's update are a handful of operations however many tensors there are.
/// </summary>
internal sealed class FlatParameters : IDisposable
{
    private readonly List<Tensor> _leaves = [];

    /// <summary>Copies the initial values to the device.</summary>
    public FlatParameters(IReadOnlyList<Tensor> initialValues, Device device)
    {
        using var scope = NewDisposeScope();
        Values = cat([.. initialValues.Select(value => value.detach().to(ScalarType.Float32, device).reshape(-1))])
            .DetachFromDisposeScope();
        Gradients = zeros_like(Values).DetachFromDisposeScope();
        long offset = 0;
        foreach (var value in initialValues)
        {
            var leaf = View(Values, offset, value).detach();
            leaf.requires_grad = true;
            // A gradient that is there is added to in place, so it stays a view of the flat buffer.
            leaf.grad = View(Gradients, offset, value);
            _leaves.Add(leaf.DetachFromDisposeScope());
            offset += value.NumberOfElements;
        }
    }

    /// <summary>All values in one dimension.</summary>
    public Tensor Values { get; }

    /// <summary>All gradients in one dimension.</summary>
    public Tensor Gradients { get; }

    /// <summary>The tensors in their own shapes, in the order they were given.</summary>
    public IReadOnlyList<Tensor> Leaves => _leaves;

    public void Dispose()
    {
        foreach (var leaf in _leaves)
        {
            leaf.grad = null;
            leaf.Dispose();
        }
        Values.Dispose();
        Gradients.Dispose();
    }

    private static Tensor View(Tensor flat, long offset, Tensor like) =>
        flat.narrow(0, offset, like.NumberOfElements).view(like.shape);
}
