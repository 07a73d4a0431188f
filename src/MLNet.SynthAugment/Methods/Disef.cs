using MLNet.SynthAugment.Diffusion.Images;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Methods.Prompts;
using MLNet.SynthAugment.Methods.Translation;

namespace MLNet.SynthAugment.Methods;

/// <summary>
/// DISEF's synthetic augmentation (da Costa et al. 2023): shots are noised and denoised again under another shot's
/// caption, so that images stay near the data but differ in what they show. Nothing is trained.
/// <see cref="RealGuidance"/> is the older, plainer form of it.
/// </summary>
public sealed record Disef : ISynthesisMethod
{
    internal const string MethodName = "Disef";

    /// <summary>
    /// Real guidance (He et al., ICLR 2023, section 3.2): one template, 100 steps, and the less noise the more shots
    /// there are (<see cref="StrengthByShotCount"/>).
    /// </summary>
    public static Disef RealGuidance { get; } = new()
    {
        StrengthByShotCount = true,
        UseCaptions = false,
        SamplingSteps = 100,
        GuidanceScale = 3,
        Sampler = null,
    };

    /// <summary>
    /// Values that suit the embedded model: it is shown a shot of the class, so that also much noise leaves the class.
    /// </summary>
    public static Disef ForEmbeddedModel { get; } = new() { Strengths = [0.5, 0.75, 0.9], GuidanceScale = 3 };

    /// <inheritdoc/>
    public string Name => MethodName;

    bool ISynthesisMethod.UsesMasks => Masks != MaskMode.None;

    bool ISynthesisMethod.UsesCaptions => UseCaptions;

    /// <summary>
    /// How far a shot goes back to noise, above 0 (hardly changed) to 1; each image draws one. The paper chooses one a
    /// data set; 0.75 is the released code's default (5 of 20 steps left out).
    /// </summary>
    public IReadOnlyList<double> Strengths { get; init; } = [0.75];

    /// <summary>
    /// Takes the strength from the number of a class's shots instead, as real guidance does: 0.15 from 16 shots on, 0.2
    /// from 8, 0.35 from 4, 0.4 from 2, 0.5 for a single one.
    /// </summary>
    public bool StrengthByShotCount { get; init; }

    /// <summary>
    /// Whether classes whose shots have captions draw their prompts from these, whichever shot they belong to, instead
    /// of from <see cref="Templates"/>.
    /// </summary>
    public bool UseCaptions { get; init; } = true;

    /// <summary>
    /// The prompts of classes without captions, at least one; <c>{class}</c> stands for the class's name, <c>{word}</c>
    /// for <see cref="DatasetWord"/> with a space. Each image draws one.
    /// </summary>
    public IReadOnlyList<string> Templates { get; init; } = ["a {word}photo of a {class}"];

    /// <summary>A word for what the classes have in common, such as "flower" or "aircraft"; empty for none.</summary>
    public string DatasetWord { get; init; } = "";

    /// <summary>
    /// If given, the latents of two different shots of the class are mixed with a weight of Beta(α, α), above 0 (the
    /// released code mixes pixels, with 0.2); a class with a single shot has none to mix. Null for no MixUp.
    /// </summary>
    public double? MixUpAlpha { get; init; }

    /// <summary>What the images should not show; used by guidance.</summary>
    public string NegativePrompt { get; init; } = "";

    /// <summary>Denoising steps at full strength, at least 1; of n steps the last ⌊n · strength⌋ are done.</summary>
    public int SamplingSteps { get; init; } = 20;

    /// <summary>Classifier-free guidance; 1 is none.</summary>
    public double GuidanceScale { get; init; } = 8;

    /// <summary>
    /// For models that take images: the scale of guidance by the shot alone, <see cref="GuidanceScale"/> being the
    /// text's. Null guides by both together.
    /// </summary>
    public double? ImageGuidanceScale { get; init; }

    /// <summary>The sampler; null for the model's own.</summary>
    public Sampler? Sampler { get; init; } = Diffusion.Schedulers.Sampler.DpmSolverPlusPlus2M;

    /// <summary>How a shot of another aspect ratio comes to the model's square images.</summary>
    public ImageFit Fit { get; init; } = ImageFit.Crop;

    /// <summary>What images keep of their shots, which need masks then; others of a class are not used.</summary>
    public MaskMode Masks { get; init; }

    /// <summary>
    /// By how many pixels of the model's images an object's mask grows to all sides, at least 0 (DA-Fusion: 16 at 512
    /// pixels).
    /// </summary>
    public int MaskGrowth { get; init; }

    /// <summary>
    /// Whether a model that takes images beside the text is shown the shot that an image starts from; others do not
    /// mind.
    /// </summary>
    public bool ConditionOnShots { get; init; } = true;

    /// <inheritdoc/>
    public IImageSource Adapt(SynthesisContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        PromptTemplate.Check(Templates, nameof(Templates));
        if (Strengths is not { Count: > 0 })
            throw new ArgumentException($"{nameof(Strengths)} is empty; give at least one strength, such as 0.75.");
        if (MixUpAlpha is not (null or > 0))
            throw new ArgumentOutOfRangeException(
                nameof(MixUpAlpha), MixUpAlpha, "It must be above 0, or null for no MixUp.");
        if (MixUpAlpha is not null && Masks != MaskMode.None)
            throw new ArgumentException(
                $"{nameof(MixUpAlpha)} mixes two shots, whose masks differ: it cannot be combined with the mask mode "
                    + $"{Masks}.");
        ArgumentOutOfRangeException.ThrowIfNegative(MaskGrowth);
        if (context.Classes.Any(found => !TakesCaptionsOf(found)))
            PromptTemplate.WarnIfShared(Templates, nameof(Templates), context);
        return new DisefImageSource(this, context);
    }

    /// <summary>The strengths that images of a class draw from.</summary>
    internal IReadOnlyList<double> StrengthsFor(ShotClass shotClass) => StrengthByShotCount
        ? [RealGuidanceStrength(shotClass.Shots.Count)] : Strengths;

    /// <summary>The prompts that images of a class draw from.</summary>
    internal IReadOnlyList<string> PromptsOf(ShotClass shotClass) => TakesCaptionsOf(shotClass)
        ? [.. shotClass.Shots.Select(shot => shot.Caption).OfType<string>()]
        : PromptTemplate.FillAll(Templates, shotClass.Name, DatasetWord);

    private bool TakesCaptionsOf(ShotClass shotClass) =>
        UseCaptions && shotClass.Shots.Any(shot => shot.Caption is not null);

    internal TranslationOptions ToTranslationOptions() => new()
    {
        Steps = SamplingSteps,
        GuidanceScale = GuidanceScale,
        NegativePrompt = NegativePrompt,
        Sampler = Sampler,
        Fit = Fit,
        Masks = Masks,
        MaskGrowth = MaskGrowth,
        ConditionOnShots = ConditionOnShots,
        ImageGuidanceScale = ImageGuidanceScale,
    };

    // He et al. start from step 15, 20, 35, 40 or 50 of 100 for 16, 8, 4, 2 or 1 shots.
    private static double RealGuidanceStrength(int shots) => shots switch
    {
        >= 16 => 0.15,
        >= 8 => 0.2,
        >= 4 => 0.35,
        >= 2 => 0.4,
        _ => 0.5,
    };
}
