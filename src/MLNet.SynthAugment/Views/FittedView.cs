using Microsoft.ML;
using MLNet.SynthAugment.FewShot;

namespace MLNet.SynthAugment.Views;

/// <summary>The view that <c>Fit</c> was given, not kept alive, and what is needed to expand it.</summary>
/// <param name="view">The view.</param>
/// <param name="shots">What was read from it.</param>
/// <param name="readShots">Reads another view in the same way; null if it lacks the columns or is not few-shot data.</param>
/// <param name="realLossWeight">λ of the example weights.</param>
internal sealed class FittedView(IDataView view, FewShotSet shots, Func<IDataView, FewShotSet?> readShots, double realLossWeight)
{
    private readonly WeakReference<IDataView> _view = new(view);

    /// <summary>Whether the view is the very one that was fitted on, or the same rows on their way through the rest of the same Fit.</summary>
    public bool Is(IDataView other) =>
        (_view.TryGetTarget(out var fitted) && ReferenceEquals(fitted, other)) || (EnclosingFit.IsRunning() && readShots(other) is { } found && found.HasSameRowsAs(shots));

    public IDataView Expand(IDataView source, SyntheticRows synthetic, AddedColumns added) => new ExpandedDataView(source, shots.ReadableRowCount, shots.UnreadableRows, synthetic,
        ExampleWeights.Create(realLossWeight, shots.ReadableRowCount, synthetic.Images.Count), added);
}
