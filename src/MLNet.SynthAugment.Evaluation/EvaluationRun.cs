using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Logging;
using MLNet.SynthAugment.Selection;

namespace MLNet.SynthAugment.Evaluation;

/// <summary>Reads features of views and of class names, with one CLIP model that is loaded at its first use.</summary>
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
        options.Check();
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

    /// <summary>The rows of two views, with features of the same kind.</summary>
    public (LabelledFeatures Real, LabelledFeatures Synthetic) Read(IDataView real, IDataView synthetic)
    {
        var pair = (Real: Read(real, "The real data"), Synthetic: Read(synthetic, "The synthetic data"));
        FeatureChecks.RequirePair(pair.Real, pair.Synthetic);
        var unknown = pair.Synthetic.ByClass().Keys.Except(pair.Real.ByClass().Keys).ToList();
        if (unknown.Count > 0)
            _log.Warn($"{unknown.Count} classes of the synthetic data are not in the real data, and no measure "
                + $"compares them with their class: "
                + $"{string.Join(", ", unknown.Take(NamesShown).Select(label => $"'{label}'"))}{(unknown.Count > NamesShown ? ", …" : "")}.");
        return pair;
    }

    /// <summary>The direction of each class's name in the space of the image features.</summary>
    /// <exception cref="UnmeasurableException">There are no class names, or no model for them.</exception>
    /// <exception cref="ArgumentException">The features are not those of the CLIP model.</exception>
    public IReadOnlyDictionary<string, float[]> TextDirections(params LabelledFeatures[] sets)
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
                $"The feature column has {sets[0].Dimension} features a row, but the CLIP model "
                    + $"{directions[0].Length}: they are not the model's. Leave Clip null, or name the model that "
                    + "made them.");
    }

    /// <summary>The directions that tell the class of a row, by <see cref="EvaluationOptions.Reference"/>.</summary>
    /// <inheritdoc cref="TextDirections"/>
    public IReadOnlyDictionary<string, float[]> ClassDirections(LabelledFeatures real, LabelledFeatures synthetic) =>
        Options.ReferenceInUse == ClassReference.Text
            ? TextDirections(real, synthetic) : ClassCorrectness.MeanDirections(real);

    public void Dispose()
    {
        _clip?.Dispose();
        _channel.Dispose();
    }
}
