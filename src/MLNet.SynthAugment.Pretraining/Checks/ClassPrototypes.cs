using MLNet.SynthAugment.Pretraining.Models;

namespace MLNet.SynthAugment.Pretraining.Checks;

/// <summary>
/// A classifier that needs no training (Snell et al. 2017): a picture belongs to the class whose pictures' mean
/// direction in CLIP's space is the nearest.
/// </summary>
internal sealed class ClassPrototypes : IDisposable
{
    private readonly ClipModel _clip;
    private readonly Tensor _prototypes;

    /// <summary>Computes the prototypes.</summary>
    /// <param name="clip">The model, which the caller keeps.</param>
    /// <param name="classes">Each class's pictures, [n, 3, size, size], −1 … 1.</param>
    public ClassPrototypes(ClipModel clip, IEnumerable<Tensor> classes)
    {
        _clip = clip;
        using var gradientsOff = no_grad();
        using var scope = NewDisposeScope();
        var means = classes.Select(pictures => Directions(pictures).mean([0], keepdim: true)).ToList();
        _prototypes = nn.functional.normalize(cat(means)).DetachFromDisposeScope();
    }

    /// <summary>The share of pictures that fall to their class.</summary>
    /// <param name="classes">Pictures of the same classes in the same order.</param>
    public double ShareRight(IReadOnlyList<Tensor> classes)
    {
        using var gradientsOff = no_grad();
        using var scope = NewDisposeScope();
        var right = classes.Select(
            (pictures, number) => Directions(pictures).matmul(_prototypes.t()).argmax(1).eq(Kept(number)).sum()
            .item<long>()).Sum();
        return (double)right / classes.Sum(pictures => pictures.shape[0]);
    }

    /// <summary>The accuracy with 5 pictures a class, measured on the others.</summary>
    /// <param name="clip">The model.</param>
    /// <param name="classes">Each class's pictures; the first five are the shots.</param>
    public static double FiveShotAccuracy(ClipModel clip, IReadOnlyList<Tensor> classes)
    {
        const int shots = 5;
        using var scope = NewDisposeScope();
        var large = classes.Where(pictures => pictures.shape[0] > shots).ToList();
        using var prototypes = new ClassPrototypes(clip, large.Select(pictures => pictures.narrow(0, 0, shots)));
        return prototypes.ShareRight(
            [.. large.Select(pictures => pictures.narrow(0, shots, pictures.shape[0] - shots))]);
    }

    /// <inheritdoc/>
    public void Dispose() => _prototypes.Dispose();

    private Tensor Directions(Tensor pictures) =>
        nn.functional.normalize(_clip.ImageFeatures(SmallModel.ClipImages.Normalize(pictures.Plus(1) / Kept(2))));
}
