using MLNet.SynthAugment.FewShot;

namespace MLNet.SynthAugment.Methods;

/// <summary>A way to make images of classes from a few examples. Implement it to add a method of your own.</summary>
/// <remarks>
/// The method's public properties are its settings: their JSON is part of what a store is keyed by, so that changed
/// settings never meet images made with the old ones. Write a method as an immutable record. What is not a setting
/// carries <see cref="JsonIgnoreAttribute"/>.
/// </remarks>
public interface ISynthesisMethod
{
    /// <summary>The method's name, for logs and for the names of store folders.</summary>
    string Name { get; }

    /// <summary>
    /// Whether the method needs the diffusion model; if not, the model takes no part in the store's key.
    /// </summary>
    bool UsesDiffusionModel => true;

    /// <summary>Whether the method needs a CLIP model; if not, it takes no part in the store's key.</summary>
    bool UsesClip => false;

    /// <summary>
    /// Whether the method, as it is set, uses the shots' masks; if not, and there are some, the log says so.
    /// </summary>
    bool UsesMasks => false;

    /// <summary>Whether the method, as it is set, uses the shots' captions; if not, likewise.</summary>
    bool UsesCaptions => false;

    /// <summary>
    /// Checks the settings. It is called before any data are read and any model is loaded.
    /// </summary>
    /// <exception cref="ArgumentException">A setting is out of range; the message names it.</exception>
    void Validate()
    {
    }

    /// <summary>
    /// Names what the method learns from the shots and keeps as files, before it makes images: in an order in which
    /// nothing needs what comes after it. It needs no model.
    /// </summary>
    /// <param name="classes">The classes with their shots, ordered by label.</param>
    /// <returns>Empty for a method that learns nothing beforehand.</returns>
    IReadOnlyList<LearningTask> Learns(IReadOnlyList<ShotClass> classes) => [];

    /// <summary>Gets the method ready to learn and to make images. Called only if images are missing.</summary>
    /// <param name="context">The shots, the model, and where to keep what was learnt.</param>
    /// <returns>The source of images; disposed by the caller.</returns>
    IImageSource Adapt(SynthesisContext context);
}

/// <summary>Something that a method learns from shots and keeps as a file.</summary>
/// <param name="FileName">
/// The file in <see cref="SynthesisContext.StateFolder"/>, with folders before it if need be: the same in every run.
/// </param>
/// <param name="Class">The class whose images need it; null if the images of all classes do.</param>
public sealed record LearningTask(string FileName, ShotClass? Class)
{
    /// <summary>
    /// The one shot that it is learnt from; null for all shots of the class, or of all classes.
    /// </summary>
    public Shot? Shot { get; init; }

    /// <summary>The number of the class's first image that needs it, from 0.</summary>
    public long FirstImage { get; init; }
}

/// <summary>Makes the images of an adapted <see cref="ISynthesisMethod"/>.</summary>
public interface IImageSource : IDisposable
{
    /// <summary>
    /// Learns one of the things that <see cref="ISynthesisMethod.Learns"/> names, by
    /// <see cref="SynthesisContext.LearnOnce"/>; what is there already is left as it is. It is called before the images
    /// that need it are made. But <see cref="Generate"/> must learn what is missing also by itself.
    /// </summary>
    /// <param name="task">What to learn.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    void Learn(LearningTask task, CancellationToken cancellationToken)
    {
    }

    /// <summary>
    /// Makes the images of a batch. An image must be a function of (run seed, class label, index) and the method's
    /// settings alone, so that interrupted work can go on where it stopped: draw randomness from
    /// <see cref="Diffusion.Noise"/>.
    /// </summary>
    /// <param name="batch">The class and the indices.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>One image for each of <see cref="ImageBatch.Indices"/>, in that order; disposed by the
    /// caller.</returns>
    IReadOnlyList<SyntheticImage> Generate(ImageBatch batch, CancellationToken cancellationToken);
}

/// <summary>Images to make together.</summary>
/// <param name="Class">The class of all of them.</param>
/// <param name="Indices">Which images of the class, counted from 0; consecutive, and cut at the same places in every
/// run.</param>
public sealed record ImageBatch(ShotClass Class, IReadOnlyList<long> Indices);
