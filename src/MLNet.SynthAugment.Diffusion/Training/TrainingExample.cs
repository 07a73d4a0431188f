using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>An image and the prompt that describes it.</summary>
/// <param name="Image">The image, of any size; the caller keeps it.</param>
/// <param name="Prompt">Its description, such as "a photo of a tulip".</param>
public sealed record TrainingExample(Image<Rgb24> Image, string Prompt)
{
    /// <summary>Other prompts that describe it as well: each training step draws one of all.</summary>
    public IReadOnlyList<string> OtherPrompts { get; init; } = [];

    /// <summary>
    /// For models that take images (see <see cref="Pipelines.ImageConditioner"/>): what it belongs to, usually its
    /// class. Each step shows the model another example of the group as condition, or the example itself if it is
    /// alone. Null drops the condition.
    /// </summary>
    public string? Group { get; init; }

    /// <summary>All of its prompts.</summary>
    internal IReadOnlyList<string> Prompts => [Prompt, .. OtherPrompts];
}
