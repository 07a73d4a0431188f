using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Methods.Prompts;

namespace MLNet.SynthAugment.Methods;

/// <summary>
/// Variations of the shots, as in DALL·E 2 (unCLIP; Ramesh et al. 2022, section 3): a shot's CLIP image embedding,
/// noised to a level, conditions the model beside the text. Nothing is trained. It takes a model that takes images:
/// Stable unCLIP, or the embedded one. The defaults are those of Stable unCLIP.
/// </summary>
public sealed record ImageVariation : ISynthesisMethod
{
    internal const string MethodName = "ImageVariation";

    /// <summary>
    /// Values that suit the embedded model: the image alone, because names of classes that it does not know tell it
    /// nothing; and no guidance, which keeps more images in their class, but variations with it did not help a
    /// classifier and those without it did (docs/results.md). Of one shot each: its joined latents steer the model, so
    /// that modes that differ in the embedding would make the same images with a less certain source. With colours
    /// corrected, as its autoencoder loses them.
    /// </summary>
    public static ImageVariation ForEmbeddedModel { get; } = new()
    {
        Modes = [VariationMode.OneShot],
        Templates = [""],
        SamplingSteps = 8,
        GuidanceScale = 1,
        Sampler = Diffusion.Schedulers.Sampler.DpmSolverPlusPlus2M,
        CorrectColours = true,
    };

    /// <inheritdoc/>
    public string Name => MethodName;

    /// <summary>
    /// The modes, at least one; each image draws one of them. Classes with a single shot have
    /// <see cref="VariationMode.OneShot"/> alone.
    /// </summary>
    public IReadOnlyList<VariationMode> Modes { get; init; } =
        [VariationMode.OneShot, VariationMode.BetweenShots, VariationMode.Jitter];

    /// <summary>
    /// For <see cref="VariationMode.Jitter"/>: the standard deviation of the movement, as a part of that of the class's
    /// shots in each dimension; at least 0. Below 1, because a few shots' spread in hundreds of dimensions leads out of
    /// the class.
    /// </summary>
    public double JitterStrength { get; init; } = 0.5;

    /// <summary>
    /// How much noise embeddings get, as a timestep of the model's image-noising schedule: the higher, the further from
    /// the shot (Stable unCLIP: 0 to 999).
    /// </summary>
    public int NoiseLevel { get; init; }

    /// <summary>
    /// The prompts, at least one; <c>{class}</c> stands for the class's name, <c>{word}</c> for
    /// <see cref="DatasetWord"/> with a space. Each image draws one. A single empty prompt leaves the text out.
    /// </summary>
    public IReadOnlyList<string> Templates { get; init; } = ["a {word}photo of a {class}"];

    /// <summary>A word for what the classes have in common, such as "flower" or "aircraft"; empty for none.</summary>
    public string DatasetWord { get; init; } = "";

    /// <summary>What the images should not show; used by guidance.</summary>
    public string NegativePrompt { get; init; } = "";

    /// <summary>Denoising steps, at least 1.</summary>
    public int SamplingSteps { get; init; } = 20;

    /// <summary>
    /// Classifier-free guidance; 1 is none. By the text alone if <see cref="ImageGuidanceScale"/> is given.
    /// </summary>
    public double GuidanceScale { get; init; } = 10;

    /// <summary>
    /// Guidance by the image alone (see <see cref="SamplingOptions.ImageGuidanceScale"/>); null guides by image and
    /// text together.
    /// </summary>
    public double? ImageGuidanceScale { get; init; }

    /// <summary>The sampler; null for the model's own.</summary>
    public Sampler? Sampler { get; init; }

    /// <summary>
    /// Whether the colours of an image are corrected by what the autoencoder does to those of its shot: by the affine
    /// map from the pixels of the shot's reconstruction to the chroma of the shot that has the least squared error. For
    /// small autoencoders; images of shots without colours stay as they are.
    /// </summary>
    public bool CorrectColours { get; init; }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The model takes no images.</exception>
    public IImageSource Adapt(SynthesisContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (Modes is not { Count: > 0 } || !Modes.All(Enum.IsDefined))
            throw new ArgumentException(
                $"{nameof(Modes)} must name at least one of {string.Join(", ", Enum.GetNames<VariationMode>())}.");
        if (Templates is not [""])
        {
            PromptTemplate.Check(Templates, nameof(Templates));
            PromptTemplate.WarnIfShared(Templates, nameof(Templates), context);
        }
        if (!(JitterStrength >= 0 && double.IsFinite(JitterStrength)))
            throw new ArgumentOutOfRangeException(nameof(JitterStrength), JitterStrength, "It must be at least 0.");
        if (!new ImageConditioner(context.Model).TakesImages)
            throw new InvalidOperationException(
                "Image variation needs a model that takes images beside the text, and this one takes text alone: "
                + "use a Stable unCLIP model (such as stable-diffusion-2-1-unclip) or the embedded one, or choose "
                + "another method, such as DataDream or Disef.");
        return new ImageVariationSource(this, context);
    }
}
