
namespace MLNet.SynthAugment.Methods;

/// <summary>Makes the images of an adapted <see cref="ISynthesisMethod"/>.</summary>
public interface IImageSource : IDisposable
{
    /// <summary>
    /// Makes the images of a batch. An image must be a function of (run seed, class label, index) and the method's
    /// settings alone, so that interrupted work can go on where it stopped: draw randomness from
    /// <see cref="Diffusion.Noise"/>.
    /// </summary>
    /// <param name="batch">The class and the indices.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>One image for each of <see cref="ImageBatch.Indices"/>, in that order; disposed by the
    /// caller.</returns>
    IReadOnlyList<SyntheticImage> Generate(ImageBatch batch, CancellationToken cancellation);
}
