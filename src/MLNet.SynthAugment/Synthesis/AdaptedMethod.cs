using MLNet.SynthAugment.Files;
using MLNet.SynthAugment.Logging;
using MLNet.SynthAugment.Methods;
using MLNet.SynthAugment.Store;

namespace MLNet.SynthAugment.Synthesis;

/// <summary>
/// A method in a run: adapted when the first image is asked for. What a batch needs is learnt before it is made.
/// </summary>
/// <param name="method">The method.</param>
/// <param name="context">The run.</param>
/// <param name="version">The version of the store's images; another than the present one can only be read.</param>
internal sealed class AdaptedMethod(ISynthesisMethod method, SynthesisContext context, int version) : IDisposable
{
    private readonly HashSet<LearningTask> _learnt = [];
    private IReadOnlyList<LearningTask> _tasks = [];
    private IImageSource? _source;
    private ProgressLog? _progress;
    private long _learntNow;

    /// <summary>Makes the images of a batch.</summary>
    /// <exception cref="InvalidOperationException">The store is an earlier version's.</exception>
    public IReadOnlyList<SyntheticImage> Generate(ImageBatch batch, CancellationToken cancellationToken)
    {
        _source ??= Adapt();
        foreach (var task in _tasks.Where(task => IsNeeded(task, batch)))
            Learn(task, cancellationToken);
        return _source.Generate(batch, cancellationToken);
    }

    public void Dispose() => _source?.Dispose();

    private IImageSource Adapt()
    {
        if (version != StoreSpecification.CurrentVersion)
            throw new InvalidOperationException(
                $"The images in '{StoreLayout.StoreOfState(context.StateFolder)}' were made by an earlier version of "
                    + "MLNet.SynthAugment, which made other images from the same settings. They can be read; to make "
                    + "further ones, fit again.");
        _tasks = method.Learns(context.Classes);
        _progress = new ProgressLog($"files learnt by {method.Name}", _tasks.Count(IsMissing), context.Log);
        return method.Adapt(context);
    }

    private bool IsNeeded(LearningTask task, ImageBatch batch) => !_learnt.Contains(task)
        && (task.Class is null || task.Class == batch.Class) && task.FirstImage <= batch.Indices[^1];

    private void Learn(LearningTask task, CancellationToken cancellationToken)
    {
        var isMissing = IsMissing(task);
        _source!.Learn(task, cancellationToken);
        _learnt.Add(task);
        if (isMissing)
            _progress!.Report(++_learntNow);
    }

    private bool IsMissing(LearningTask task) => !File.Exists(Path.Combine(context.StateFolder, task.FileName));
}
