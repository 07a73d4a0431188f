namespace MLNet.SynthAugment.Methods;

/// <summary>How a method samples its images.</summary>
/// <remarks>
/// Each method has a record of its own, derived from this one, whose defaults are those of the method's paper. So what
/// is left out keeps the paper's value: <c>new DataDream { Sampling = new() { Steps = 30 } }</c> has guidance 2, as
/// <c>new DataDream()</c> has, and <c>new Disef { Sampling = new() { Steps = 30 } }</c> has 8. To change a method that
/// has other values, such as <see cref="DataDream.ForEmbeddedModel"/>, start from its own:
/// <c>method with { Sampling = method.Sampling with { Steps = 30 } }</c>.
/// </remarks>
public abstract record SamplingSettings
{
    /// <summary>Settings with a method's defaults.</summary>
    /// <param name="steps">See <see cref="Steps"/>.</param>
    /// <param name="guidanceScale">See <see cref="GuidanceScale"/>.</param>
    /// <param name="sampler">See <see cref="Sampler"/>.</param>
    protected SamplingSettings(int steps, double guidanceScale, Sampler? sampler = null) =>
        (Steps, GuidanceScale, Sampler) = (steps, guidanceScale, sampler);

    /// <summary>
    /// Denoising steps, at least 1. Of the n steps of an image that starts from a shot the last ⌊n · strength⌋ are
    /// done.
    /// </summary>
    public int Steps { get; init; }

    /// <summary>
    /// Classifier-free guidance, at least 0; 1 is none. By the text alone if <see cref="ImageGuidanceScale"/> is given.
    /// </summary>
    public double GuidanceScale { get; init; }

    /// <summary>
    /// For models that take images: the scale of guidance by the shot alone, at least 0,
    /// <see cref="GuidanceScale"/> being the text's. Null guides by both together (see
    /// <see cref="SamplingOptions.ImageGuidanceScale"/>).
    /// </summary>
    public double? ImageGuidanceScale { get; init; }

    /// <summary>The sampler; null for the model's own.</summary>
    public Sampler? Sampler { get; init; }

    /// <summary>What the images should not show; used by guidance. Empty for nothing.</summary>
    public string NegativePrompt { get; init; } = "";

    /// <summary>Checks the ranges given with the properties.</summary>
    /// <exception cref="ArgumentException">A setting is out of range; the message names it.</exception>
    internal void Validate()
    {
        SettingChecks.RequireAtLeastOne("Sampling.Steps", Steps);
        SettingChecks.RequireNotNegative("Sampling.GuidanceScale", GuidanceScale);
        SettingChecks.RequireNotNegative("Sampling.ImageGuidanceScale", ImageGuidanceScale ?? 1);
        if (NegativePrompt is null)
            throw new ArgumentException("Sampling.NegativePrompt is null; leave it empty for none.");
    }

    /// <summary>The options of a pipeline.</summary>
    internal SamplingOptions ToOptions() => new()
    {
        Steps = Steps,
        GuidanceScale = GuidanceScale,
        ImageGuidanceScale = ImageGuidanceScale,
        NegativePrompt = NegativePrompt,
    };

    /// <summary>The options of a pipeline that starts from images.</summary>
    internal ImageToImageOptions ToOptions(double strength) => new()
    {
        Steps = Steps,
        GuidanceScale = GuidanceScale,
        ImageGuidanceScale = ImageGuidanceScale,
        NegativePrompt = NegativePrompt,
        Strength = strength,
    };

    /// <summary>The scheduler that <see cref="Sampler"/> asks for.</summary>
    internal Scheduler CreateScheduler(SynthesisContext context)
    {
        var config = context.Model.SchedulerConfig;
        return Scheduler.Create(Sampler is { } chosen ? config.WithSampler(chosen) : config, context.Log);
    }
}
