using System.Text.Json.Serialization;

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
    /// Whether the method, as it is set, looks at the shots' masks; if not, the log says so to who gives some.
    /// </summary>
    bool UsesMasks => false;

    /// <summary>Whether the method, as it is set, looks at the shots' captions; if not, likewise.</summary>
    bool UsesCaptions => false;

    /// <summary>
    /// Learns from the shots what it takes to make images of their classes. Called only if images are missing.
    /// </summary>
    /// <param name="context">The shots, the model, and where to keep what was learnt.</param>
    /// <returns>The source of images; disposed by the caller.</returns>
    IImageSource Adapt(SynthesisContext context);
}
