using Microsoft.ML.Runtime;
using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Logging;

namespace MLNet.SynthAugment.Evaluation;

/// <summary>
/// Reads features of views and of class names, with one CLIP model that is loaded at its first use, and measures them.
/// </summary>
internal sealed class EvaluationRun : IDisposable
{
    private const int NamesShown = 10;

    private readonly IChannel _channel;
    private readonly SynthesisLog _log;
    private ClipEncoder? _clip;

    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public EvaluationRun(IHost host, EvaluationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options;
        _channel = host.Start("Evaluate");
        _log = new SynthesisLog(_channel);
    }

    public EvaluationOptions Options { get; }

    private ClipEncoder Clip => _clip ??= Options.ClipInUse!.Load(Options.Device, Precision.Float32, _log.Info);

    /// <summary>The rows of a view.</summary>
    /// <param name="view">The rows.</param>
    /// <param name="name">Names the data in errors: "The real data".</param>
    public LabelledFeatures Read(IDataView view, string name)
    {
        ArgumentNullException.ThrowIfNull(view);
        return new FeatureReader(Options, () => Clip, sentence => _log.Warn($"{name}: {sentence}")).Read(view, name);
    }

    /// <summary>Measures two views. Metrics without a value are noted with the reason.</summary>
    /// <exception cref="ArgumentException">The features are not those of the CLIP model.</exception>
    public SyntheticImageMetrics Measure(IDataView real, IDataView synthetic)
    {
        var (realRows, rows) = (Read(real, "The real data"), Read(synthetic, "The synthetic data"));
        var input = new MetricInput(realRows, rows, Options, () => EncodeClassNames(realRows, rows));
        WarnOfUnknownClasses(input);
        var metrics = new SyntheticImageMetrics
        {
            RealCount = realRows.Count,
            SyntheticCount = rows.Count,
            FeatureDimension = realRows.Dimension,
            Unmeasured = new SortedDictionary<string, string>(StringComparer.Ordinal),
        };
        foreach (var metric in Options.Metrics)
        {
            Add(metric.Name, metric.Measure);
            Add("Real" + metric.Name, metric.MeasureReal);
        }
        return metrics;

        void Add(string name, Func<MetricInput, object?> measure)
        {
            Options.CancellationToken.ThrowIfCancellationRequested();
            try
            {
                if (measure(input) is { } result)
                    metrics.Results.Add(name, result);
            }
            catch (UnmeasurableException error)
            {
                metrics.Results.Add(name, null);
                ((IDictionary<string, string>)metrics.Unmeasured).Add(name, error.Message);
            }
        }
    }

    private void WarnOfUnknownClasses(MetricInput input)
    {
        var unknown = input.Synthetic.ByClass().Keys.Except(input.Real.ByClass().Keys).ToList();
        if (unknown.Count == 0)
            return;
        var names = string.Join(", ", unknown.Take(NamesShown).Select(label => $"'{label}'"));
        _log.Warn($"{unknown.Count} classes of the synthetic data are not in the real data, and no metric compares "
            + $"them with their class: {names}{(unknown.Count > NamesShown ? ", …" : "")}.");
    }

    // The direction of each class's name in the space of the image features.
    private IReadOnlyDictionary<string, float[]> EncodeClassNames(params LabelledFeatures[] sets)
    {
        if (Options.ClipInUse is null)
            throw new UnmeasurableException(
                "A feature column cannot be compared with texts: read images, or set Clip to the model that made the "
                    + "features.");
        var labels = sets.SelectMany(set => set.Labels ?? []).OfType<string>().Distinct().Order(StringComparer.Ordinal)
            .ToList();
        if (labels.Count == 0)
            throw new UnmeasurableException("No row has a label, so there are no class names.");
        var directions = ClassNameDirections.Encode([.. labels.Select(Options.ClassName)], Options.Templates, Clip);
        return directions[0].Length == sets[0].Dimension
            ? labels.Zip(directions).ToDictionary(found => found.First, found => found.Second)
            : throw new ArgumentException(
                $"The feature column has {sets[0].Dimension} features per row, but the CLIP model "
                    + $"{directions[0].Length}: they are not the model's. Leave Clip null, or name the model that "
                    + "made them.");
    }

    public void Dispose()
    {
        _clip?.Dispose();
        _channel.Dispose();
    }
}
