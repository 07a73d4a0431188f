namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>The step of Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2).</summary>
/// <param name="WeightDecay">λ; the values shrink by the factor 1 − rate · λ.</param>
/// <param name="Beta1">Memory of the mean gradient.</param>
/// <param name="Beta2">Memory of the mean squared gradient.</param>
/// <param name="Epsilon">Added to the denominator.</param>
internal sealed record AdamWStep(double WeightDecay, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8)
{
    /// <summary>Updates values and moments in place; all tensors have one shape.</summary>
    /// <param name="values">What is trained.</param>
    /// <param name="gradients">Their gradients.</param>
    /// <param name="mean">The running mean of the gradients.</param>
    /// <param name="square">The running mean of the squared gradients.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="step">Number of updates before this one.</param>
    public void Update(Tensor values, Tensor gradients, Tensor mean, Tensor square, double rate, long step)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        mean.mul_(Kept(Beta1)).add_(gradients, Kept(1 - Beta1));
        square.mul_(Kept(Beta2)).addcmul_(gradients, gradients, Kept(1 - Beta2));
        var correction1 = 1 - Math.Pow(Beta1, step + 1);
        var correction2 = 1 - Math.Pow(Beta2, step + 1);
        var denominator = square.sqrt().div_(Kept(Math.Sqrt(correction2))).add_(Kept(Epsilon), Kept(1));
        values.mul_(Kept(1 - rate * WeightDecay)).addcdiv_(mean, denominator, Kept(-rate / correction1));
    }
}

/// <summary>
/// <see cref="AdamWStep"/> over flat parameters. Its moments are open, so that a checkpoint can hold them.
/// </summary>
internal sealed class FlatAdamW(FlatParameters parameters, double weightDecay) : IDisposable
{
    private readonly AdamWStep _adam = new(weightDecay);

    /// <summary>Running mean of the gradients.</summary>
    public Tensor FirstMoment { get; } = zeros_like(parameters.Values).DetachFromDisposeScope();

    /// <summary>Running mean of the squared gradients.</summary>
    public Tensor SecondMoment { get; } = zeros_like(parameters.Values).DetachFromDisposeScope();

    /// <summary>Updates the values from the gradients, all at one rate.</summary>
    /// <param name="learningRate">Rate of this step.</param>
    /// <param name="step">Number of updates before this one.</param>
    public void Update(double learningRate, long step) =>
        Update([(parameters.Values.NumberOfElements, learningRate)], step);

    /// <summary>Updates the values from the gradients.</summary>
    /// <param name="learningRates">Rates of this step, each with the number of values it is for, in the order of the
    /// values.</param>
    /// <param name="step">Number of updates before this one.</param>
    public void Update(IReadOnlyList<(long Count, double Rate)> learningRates, long step)
    {
        using var scope = NewDisposeScope();
        var first = 0L;
        foreach (var (count, rate) in learningRates)
        {
            var start = first;
            _adam.Update(
                Part(parameters.Values), Part(parameters.Gradients), Part(FirstMoment), Part(SecondMoment), rate,
                step);
            first += count;

            Tensor Part(Tensor all) => all.narrow(0, start, count);
        }
    }

    public void Dispose()
    {
        FirstMoment.Dispose();
        SecondMoment.Dispose();
    }
}

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
