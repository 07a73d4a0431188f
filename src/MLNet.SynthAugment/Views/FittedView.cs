using Microsoft.ML;
using MLNet.SynthAugment.FewShot;

namespace MLNet.SynthAugment.Views;

/// <summary>The view that <c>Fit</c> was given, not kept alive, and what is needed to expand it.</summary>
internal sealed class FittedView(IDataView view, FewShotSet shots, double realLossWeight)
{
    private readonly WeakReference<IDataView> _view = new(view);

    public bool Is(IDataView other) => _view.TryGetTarget(out var fitted) && ReferenceEquals(fitted, other);

    public IDataView Expand(IDataView source, SyntheticRows synthetic, AddedColumns added) => new ExpandedDataView(source, shots.ReadableRowCount, shots.UnreadableRows, synthetic,
        ExampleWeights.Create(realLossWeight, shots.ReadableRowCount, synthetic.Images.Count), added);
}
