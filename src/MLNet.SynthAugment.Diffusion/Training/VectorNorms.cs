using static MLNet.SynthAugment.Diffusion.KeptScalars;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>The lengths that the rows of some matrices have now, to bring changed rows back to.</summary>
internal sealed class VectorNorms : IDisposable
{
    // Of a row that is 0 there is no direction to keep.
    private const double SmallestNorm = 1e-12;

    private readonly IReadOnlyList<Tensor> _matrices;
    private readonly List<Tensor> _norms;

    /// <param name="matrices">[rows, width] each; changed in place by <see cref="Restore"/>.</param>
    public VectorNorms(IReadOnlyList<Tensor> matrices)
    {
        using var gradientMode = no_grad();
        using var scope = NewDisposeScope();
        _matrices = matrices;
        _norms = [.. matrices.Select(matrix => matrix.norm(1, keepdim: true).DetachFromDisposeScope())];
    }

    /// <summary>Brings the rows back to their lengths.</summary>
    public void Restore()
    {
        using var gradientMode = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (matrix, norm) in _matrices.Zip(_norms))
            matrix.mul_(norm / matrix.norm(1, keepdim: true).clamp(Kept(SmallestNorm)));
    }

    public void Dispose() => _norms.ForEach(norm => norm.Dispose());
}
