using MLNet.SynthAugment.Selection;

namespace MLNet.SynthAugment.Evaluation;

/// <summary>Takes all measures of two sets; those that have no value are noted with the reason.</summary>
internal sealed class MetricsBuilder(EvaluationRun run, LabelledFeatures real, LabelledFeatures synthetic)
{
    private readonly SortedDictionary<string, string> _unmeasured = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">The CLIP model named is not that of the features.</exception>
    public SyntheticImageMetrics Build()
    {
        var metrics = new SyntheticImageMetrics
        {
            RealCount = real.Count,
            SyntheticCount = synthetic.Count,
            FeatureDimension = real.Dimension,
            Unmeasured = _unmeasured
        };
        metrics = Measure(metrics, nameof(metrics.Fid),
            () => metrics with { Fid = FrechetDistance.Compute(real.Features, synthetic.Features) });
        metrics = Measure(metrics, nameof(metrics.Kid),
            () => metrics with { Kid = KernelDistance.Compute(real.Features, synthetic.Features) });
        metrics = Measure(metrics, nameof(metrics.Cmmd),
            () => metrics with { Cmmd = ClipDiscrepancy.Compute(real.Features, synthetic.Features) });
        metrics = Measure(metrics, nameof(metrics.Prdc),
            () => metrics with { Prdc = Prdc.Compute(real.Features, synthetic.Features, run.Options.NeighbourCount) });
        metrics = MeasureClasses(metrics);
        metrics = Measure(metrics, nameof(metrics.NearCopies),
            () => metrics with { NearCopies = NearCopyRate.Compute(real, synthetic) });
        metrics = Measure(metrics, nameof(metrics.Diversity),
            () => metrics with { Diversity = IntraClassDiversity.Compute(synthetic) });
        return Measure(metrics, nameof(metrics.RealDiversity),
            () => metrics with { RealDiversity = IntraClassDiversity.Compute(real) });
    }

    private SyntheticImageMetrics MeasureClasses(SyntheticImageMetrics metrics)
    {
        var texts = new Lazy<IReadOnlyDictionary<string, float[]>>(() => run.TextDirections(real, synthetic));
        var byText = run.Options.ReferenceInUse == ClassReference.Text;
        metrics = Measure(metrics, nameof(metrics.ClipScore),
            () => metrics with { ClipScore = ClipScore.Compute(synthetic, texts.Value) });
        metrics = Measure(metrics, nameof(metrics.RealClipScore),
            () => metrics with { RealClipScore = ClipScore.Compute(real, texts.Value) });
        metrics = Measure(metrics, nameof(metrics.ClassCorrectness), () => metrics with
        {
            ClassCorrectness = ClassCorrectness.Compute(
                synthetic, byText ? texts.Value : ClassCorrectness.MeanDirections(real)),
        });
        return Measure(metrics, nameof(metrics.RealClassCorrectness), () => metrics with
        {
            RealClassCorrectness = byText
                ? ClassCorrectness.Compute(real, texts.Value) : ClassCorrectness.LeaveOneOut(real),
        });
    }

    private SyntheticImageMetrics Measure(
        SyntheticImageMetrics metrics, string name, Func<SyntheticImageMetrics> measure)
    {
        run.Options.CancellationToken.ThrowIfCancellationRequested();
        try
        {
            return measure();
        }
        catch (UnmeasurableException error)
        {
            _unmeasured.Add(name, error.Message);
            return metrics;
        }
    }
}
