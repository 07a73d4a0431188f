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
    /// <summary>
    /// Real guidance (He et al., ICLR 2023, section 3.2): one template, 100 steps, and the less noise the more shots
    /// there are (<see cref="StrengthByShotCount"/>).
    /// </summary>
    public static Disef RealGuidance { get; } = new()
    {
        StrengthByShotCount = true,
        UseCaptions = false,
        Sampling = new() { Steps = 100, GuidanceScale = 3, Sampler = null },
    };

    /// <summary>
    /// Values that suit the embedded model: it is shown a shot of the class, so that also much noise leaves the class.
    /// </summary>
    public static Disef ForEmbeddedModel { get; } = new()
    {
        Start = new() { Strengths = [0.5, 0.75, 0.9] },
        Sampling = new() { GuidanceScale = 3 },
    };

    /// <inheritdoc/>
    public string Name => nameof(Disef);

    bool ISynthesisMethod.UsesMasks => Start.Masks != MaskMode.None;

    bool ISynthesisMethod.UsesCaptions => UseCaptions;

    /// <summary>How the images start from shots.</summary>
    public DefaultStart Start { get; init; } = new();

    /// <summary>
    /// Takes the strength from the number of a class's shots instead of from <see cref="Start"/>, as real guidance
    /// does: 0.15 from 16 shots on, 0.2 from 8, 0.35 from 4, 0.4 from 2, 0.5 for a single one.
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

    /// <summary>How the images are sampled.</summary>
    public DefaultSampling Sampling { get; init; } = new();

    /// <summary>
    /// Whether a model that takes images beside the text is shown the shot that an image starts from; others do not
    /// mind.
    /// </summary>
    public bool ConditionOnShots { get; init; } = true;

    /// <summary>Starts from shots by the released code's values (5 of 20 steps are left out).</summary>
    public sealed record DefaultStart() : ShotStart([0.75]);

    /// <summary>Sampling by the paper's values.</summary>
    public sealed record DefaultSampling()
        : SamplingSettings(steps: 20, guidanceScale: 8, Diffusion.Schedulers.Sampler.DpmSolverPlusPlus2M);

    /// <inheritdoc/>
    public void Validate()
    {
        PromptTemplate.Check(Templates, nameof(Templates));
        Start.Validate();
        Sampling.Validate();
        if (MixUpAlpha is not (null or > 0))
            throw new ArgumentOutOfRangeException(
                nameof(MixUpAlpha), MixUpAlpha, "It must be above 0, or null for no MixUp.");
        if (MixUpAlpha is not null && Start.Masks != MaskMode.None)
            throw new ArgumentException(
                $"{nameof(MixUpAlpha)} mixes two shots, whose masks differ: it cannot be combined with the mask mode "
                    + $"{Start.Masks}.");
    }

    /// <inheritdoc/>
    public IImageSource Adapt(SynthesisContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Classes.Any(shotClass => !TakesCaptionsOf(shotClass)))
            PromptTemplate.WarnIfShared(Templates, nameof(Templates), context);
        return new Source(this, context);
    }

    /// <summary>The strengths that images of a class draw from.</summary>
    internal IReadOnlyList<double> StrengthsFor(ShotClass shotClass) => StrengthByShotCount
        ? [RealGuidanceStrength(shotClass.Shots.Count)] : Start.Strengths;

    /// <summary>The prompts that images of a class draw from.</summary>
    internal IReadOnlyList<string> PromptsOf(ShotClass shotClass) => TakesCaptionsOf(shotClass)
        ? [.. shotClass.Shots.Select(shot => shot.Caption).OfType<string>()]
        : PromptTemplate.FillAll(Templates, shotClass.Name, DatasetWord);

    private bool TakesCaptionsOf(ShotClass shotClass) =>
        UseCaptions && shotClass.Shots.Any(shot => shot.Caption is not null);

    // He et al. start from step 15, 20, 35, 40 or 50 of 100 for 16, 8, 4, 2 or 1 shots.
    private static double RealGuidanceStrength(int shots) => shots switch
    {
        >= 16 => 0.15,
        >= 8 => 0.2,
        >= 4 => 0.35,
        >= 2 => 0.4,
        _ => 0.5,
    };

    /// <summary>Noises shots of the class and denoises them under drawn prompts.</summary>
    private sealed class Source(Disef method, SynthesisContext context) : IImageSource
    {
        private const string PlanStream = "disef";

        private readonly ShotTranslator _translator = new(
            context, method.Start, method.Sampling, method.ConditionOnShots);

        public IReadOnlyList<SyntheticImage> Generate(ImageBatch batch, CancellationToken cancellationToken) =>
            _translator.Translate(batch.Class, [.. batch.Indices.Select(index => Plan(batch.Class, index))],
                cancellationToken);

        public void Dispose() => _translator.Dispose();

        private ShotTranslation Plan(ShotClass shotClass, long index)
        {
            var random = SeededRandom.Create(new NoiseKey(context.Seed, shotClass.Label, index), PlanStream);
            var sources = _translator.SourcesOf(shotClass);
            var plan = new ShotTranslation(
                index, Prompt: random.Of(method.PromptsOf(shotClass)), Shot: random.Of(sources),
                Strength: random.Of(method.StrengthsFor(shotClass)));
            // Mixed with its like a shot stays as it is.
            var others = sources.Where(shot => shot.ImageHash != plan.Shot.ImageHash).ToList();
            if (method.MixUpAlpha is not { } alpha || others.Count == 0)
                return plan;
            // The nearer of two shots counts as the source; the distribution is symmetric.
            var weight = random.Beta(alpha);
            return plan with { SecondShot = random.Of(others), Mix = Math.Min(weight, 1 - weight) };
        }
    }
}
