using MLNet.SynthAugment.Diffusion.UNets;

namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>
/// A UNet's prediction whose gradients are computed part by part, each part's activations anew (Chen et al. 2016,
/// gradient checkpointing): only what passes between the parts stays in memory, for one forward pass more. Its tensors
/// belong to the dispose scope in which it was made.
/// </summary>
internal sealed class RecomputedPrediction
{
    private readonly UNet2DConditionModel _unet;
    private readonly Tensor _time;
    private readonly Tensor _text;
    private readonly Tensor _timeLeaf;
    private readonly Tensor _textLeaf;

    // What each part starts from: the image, and the images kept for the way up, the last one first.
    private readonly List<(Tensor Hidden, Tensor[] Skips)> _starts = [];

    /// <summary>
    /// Computes the prediction; the parameters are those of
    /// <see cref="UNet2DConditionModel.forward(Tensor, Tensor, Tensor, UNetConditions?)"/>.
    /// </summary>
    public RecomputedPrediction(
        UNet2DConditionModel unet, Tensor sample, Tensor timestep, Tensor encoderHiddenStates,
        UNetConditions? conditions)
    {
        _unet = unet;
        _time = unet.SiluOfTimeEmbedding(timestep, sample.shape[0], sample.device, conditions);
        _text = encoderHiddenStates.to(unet.Dtype);
        (_timeLeaf, _textLeaf) = (Leaf(_time, _time.requires_grad), Leaf(_text, _text.requires_grad));
        using var noGradient = no_grad();
        var skips = new Stack<Tensor>();
        var hidden = sample;
        foreach (var stage in unet.Stages)
        {
            _starts.Add((hidden, skips.ToArray()));
            hidden = Run(stage, hidden, skips);
        }
        Value = Leaf(hidden, requiresGradient: true);
    }

    /// <summary>The prediction, a leaf of its own; give it a gradient, then call <see cref="Backward"/>.</summary>
    public Tensor Value { get; }

    /// <summary>Carries the prediction's gradient on to all that the UNet and the text depend on.</summary>
    public void Backward()
    {
        var gradient = Value.grad ?? throw new InvalidOperationException("The prediction has no gradient yet.");
        var skipGradients = new Stack<Tensor>();
        for (var i = _starts.Count - 1; i >= 0; i--)
        {
            var keptAfter = i + 1 < _starts.Count ? _starts[i + 1].Skips.Length : 0;
            var next = BackwardThrough(i, keptAfter, gradient, skipGradients);
            gradient.Dispose();
            gradient = next;
        }
        gradient.Dispose();
        PassOn(_time, _timeLeaf);
        PassOn(_text, _textLeaf);
    }

    /// <summary>One part: from the gradient of its image to that of the image it starts from.</summary>
    private Tensor BackwardThrough(int index, int keptAfter, Tensor gradient, Stack<Tensor> skipGradients)
    {
        using var scope = NewDisposeScope();
        var (start, kept) = _starts[index];
        var hidden = Leaf(start, requiresGradient: index > 0);
        // A part that takes an image off the stack sends a gradient back to it; one that keeps its image receives it.
        var taken = keptAfter < kept.Length ? Leaf(kept[0], requiresGradient: true) : null;
        var skips = new Stack<Tensor>((taken is null ? kept : [taken, .. kept[1..]]).Reverse());
        var output = _unet.Stages[index](hidden, Step, skips);
        using var fromWayUp = keptAfter > kept.Length ? skipGradients.Pop() : null;
        if (output.requires_grad) autograd.backward(
            [output], [fromWayUp is null ? gradient : gradient.Plus(fromWayUp)]);
        if (taken is not null)
            skipGradients.Push(GradientOf(taken).MoveToOuterDisposeScope());
        return GradientOf(hidden).MoveToOuterDisposeScope();
    }

    private UNetStep Step => new(_timeLeaf, TextContext.Unprepared(_textLeaf), _unet.Optimizations);

    private Tensor Run(UNetStage stage, Tensor hidden, Stack<Tensor> skips)
    {
        using var scope = NewDisposeScope();
        return stage(hidden, Step, skips).MoveToOuterDisposeScope();
    }

    private static Tensor Leaf(Tensor value, bool requiresGradient) => value.detach().requires_grad_(requiresGradient);

    private static Tensor GradientOf(Tensor leaf) => leaf.grad ?? zeros_like(leaf);

    private static void PassOn(Tensor value, Tensor leaf)
    {
        if (value.requires_grad && leaf.grad is { } gradient)
            autograd.backward([value], [gradient]);
    }
}
