namespace MLNet.SynthAugment.Diffusion.UNets;

/// <summary>
/// Reuse of a UNet's deep features (Ma et al. 2023, DeepCache): they change slowly from step to step, so only each n-th
/// forward pass computes all; those between compute the outer layers and take the rest from the last full pass. An
/// approximation. For one run of sampling.
/// </summary>
/// <param name="interval">Each how many passes everything is computed, at least 1; 1 is exact.</param>
/// <param name="layers">
/// How many of the first convolution and the layers after it are computed in each pass, at least 1; as many of the last
/// layers are too. 2 is the paper's choice.
/// </param>
public sealed class DeepFeatureCache(int interval, int layers) : IDisposable
{
    private Tensor? _features;
    private int _firstStage;
    private int _passes;

    /// <summary>Frees what is kept.</summary>
    public void Dispose()
    {
        _features?.Dispose();
        _features = null;
    }

    internal Tensor Run(IReadOnlyList<UNetStage> stages, Tensor sample, UNetStep step)
    {
        var run = new UNetStageRun(stages, step);
        return _passes++ % interval == 0 || _features is null
            ? Whole(run, stages.Count, sample)
            : OuterLayers(run, stages.Count, sample);
    }

    private Tensor Whole(UNetStageRun run, int stages, Tensor hidden)
    {
        for (var stage = 0; stage < stages; stage++)
        {
            var waiting = run.Waiting;
            using var before = hidden.alias();
            hidden = run.Run(stage, hidden);
            if (waiting == layers && run.Waiting < waiting)
                Keep(before, stage);
        }
        return hidden;
    }

    // Each part of the way down leaves one image, so the first parts leave just what the last ones take.
    private Tensor OuterLayers(UNetStageRun run, int stages, Tensor hidden)
    {
        for (var stage = 0; stage < layers; stage++)
            hidden = run.Run(stage, hidden);
        hidden = _features!.alias();
        for (var stage = _firstStage; stage < stages; stage++)
            hidden = run.Run(stage, hidden);
        return hidden;
    }

    private void Keep(Tensor features, int stage)
    {
        _features?.Dispose();
        _features = features.detach().DetachFromDisposeScope();
        _firstStage = stage;
    }
}
