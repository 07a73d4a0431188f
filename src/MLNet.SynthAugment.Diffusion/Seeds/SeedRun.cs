using MLNet.SynthAugment.Diffusion.Pipelines;
using TorchSharp.Modules;

namespace MLNet.SynthAugment.Diffusion.Seeds;

/// <summary>One seed on its way: the moving noise with an optimiser of its own, and the best so far.</summary>
internal sealed class SeedRun : IDisposable
{
    private readonly SeedOptimizationOptions _options;
    private readonly double _targetLoss;
    private readonly optim.Optimizer _optimizer;
    private OptimizedSeed? _best;
    private double _startLoss;
    private int _evaluations;
    private bool _diverged;

    /// <summary>
    /// Starts from a seed [1, C, h, w], which is not changed; the tensors belong to the current dispose scope.
    /// </summary>
    public SeedRun(int number, Tensor seed, SeedOptimizationOptions options, double targetLoss)
    {
        (Number, _options, _targetLoss) = (number, options, targetLoss);
        Seed = new Parameter(seed.detach().to(ScalarType.Float32).clone());
        _optimizer = optim.AdamW([Seed], lr: options.LearningRate, weight_decay: options.WeightDecay);
    }

    /// <summary>Which of the given seeds this is.</summary>
    public int Number { get; }

    /// <summary>The noise as it is now, [1, C, h, w].</summary>
    public Parameter Seed { get; }

    /// <summary>Whether the target is reached or a number was not finite.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>
    /// Takes loss and gradient of the present seed from a row of a batch, keeps the seed if it is the best, and moves
    /// on.
    /// </summary>
    public void Update(SampleGradient result, int row, int iteration)
    {
        using var scope = NewDisposeScope();
        var (loss, gradient) = (result.Loss[row].item<float>(), result.Gradient.narrow(0, row, 1));
        _evaluations++;
        if (iteration == 0)
            _startLoss = loss;
        if (float.IsFinite(loss) && (_best is null || loss < _best.Loss))
            Keep(result, row, loss, iteration);
        _diverged = !float.IsFinite(loss) || !gradient.isfinite().all().item<bool>();
        HasEnded = _diverged || loss <= _targetLoss;
        if (HasEnded)
            return;
        foreach (var group in _optimizer.ParamGroups)
            group.LearningRate = _options.LearningRateAt(iteration);
        Seed.grad = gradient;
        _optimizer.step();
    }

    /// <summary>
    /// The best seed, or null if none had a finite loss; it belongs to the scope outside the current one.
    /// </summary>
    public OptimizedSeed? TakeBest()
    {
        if (_best is null)
            return null;
        _best.Seed.MoveToOuterDisposeScope();
        _best.Latents.MoveToOuterDisposeScope();
        return _best with { StartLoss = _startLoss, Evaluations = _evaluations, Diverged = _diverged };
    }

    /// <summary>Frees the optimiser; the tensors go with their dispose scope.</summary>
    public void Dispose() => _optimizer.Dispose();

    // The tensors move out of this update's scope and out of the iteration's.
    private void Keep(SampleGradient result, int row, float loss, int iteration)
    {
        _best?.Dispose();
        var (seed, latents) = (Seed.detach().clone(), result.Latents.narrow(0, row, 1).clone());
        _best = new OptimizedSeed(Outside(seed), Outside(latents), loss, iteration)
        {
            Terms = result.Terms.select(1, row).contiguous().cpu().ToArray<float>(),
        };

        static Tensor Outside(Tensor tensor) => tensor.MoveToOuterDisposeScope().MoveToOuterDisposeScope();
    }
}
