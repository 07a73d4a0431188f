using MLNet.SynthAugment.Diffusion.Pretraining;
using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Methods.Prompts;
using MLNet.SynthAugment.Methods.Translation;

namespace MLNet.SynthAugment.Methods;

/// <summary>Translates shots of other classes to the batch's class.</summary>
internal sealed class DiffMixImageSource(DiffMix method, SynthesisContext context) : IImageSource
{
    private const string PlanStream = "diffmix";

    private readonly ShotTranslator _translator = new(context, method.ToTranslationOptions());

    private sealed record Plan(ShotClass Source, ShotTranslation Translation);

    public IReadOnlyList<SyntheticImage> Generate(ImageBatch batch, CancellationToken cancellation)
    {
        var plans = batch.Indices.Select(index => MakePlan(batch.Class, index)).ToList();
        var images = _translator.Translate(batch.Class, [.. plans.Select(plan => plan.Translation)], cancellation);
        return [.. plans.Zip(images, (plan, image) => image with { SoftLabels = method.SoftLabelOf(plan.Source.Label, batch.Class.Label, plan.Translation.Strength) })];
    }

    public void Dispose()
    {
    }

    private Plan MakePlan(ShotClass target, long index)
    {
        var random = SeededRandom.Create(context.Seed, target.Label, index, PlanStream);
        var source = random.Of([.. context.Classes.Where(found => found.Label != target.Label)]);
        var prompt = PromptTemplate.Fill(random.Of(method.Templates), target.Name);
        return new Plan(source, new ShotTranslation(index, prompt, Shot: random.Of(source.Shots), Strength: random.Of(method.Strengths)));
    }
}
