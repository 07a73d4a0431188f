using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Methods.Translation;

namespace MLNet.SynthAugment.Methods;

/// <summary>Noises shots of the class and denoises them under drawn prompts.</summary>
internal sealed class DisefImageSource(Disef method, SynthesisContext context) : IImageSource
{
    private const string PlanStream = "disef";

    private readonly ShotTranslator _translator = new(context, method.ToTranslationOptions());

    public IReadOnlyList<SyntheticImage> Generate(ImageBatch batch, CancellationToken cancellation) =>
        _translator.Translate(batch.Class, [.. batch.Indices.Select(index => Plan(batch.Class, index))], cancellation);

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
