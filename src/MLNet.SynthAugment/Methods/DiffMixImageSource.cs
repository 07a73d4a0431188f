using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Methods.Adapters;
using MLNet.SynthAugment.Methods.Prompts;
using MLNet.SynthAugment.Methods.Translation;

namespace MLNet.SynthAugment.Methods;

/// <summary>
/// Translates shots of other classes to the batch's class, with the adapter of all classes merged into the model.
/// </summary>
internal sealed class DiffMixImageSource : IImageSource
{
    private const string PlanStream = "diffmix";
    private const string AdapterName = "dataset";

    private readonly DiffMix _method;
    private readonly SynthesisContext _context;
    private readonly MergedAdapters _merged;
    private readonly LearntAdapter? _adapter;
    private readonly ShotTranslator _translator;

    public DiffMixImageSource(DiffMix method, SynthesisContext context)
    {
        _method = method;
        _context = context;
        _merged = new MergedAdapters(context.Model);
        if (method.FineTune)
        {
            _adapter = new AdapterTraining(context, _merged).Get(AdapterName, PlanTraining);
            _merged.Use((_adapter, 1));
        }
        _translator = new ShotTranslator(context, method.ToTranslationOptions());
    }

    private sealed record Plan(ShotClass Source, ShotTranslation Translation);

    public IReadOnlyList<SyntheticImage> Generate(ImageBatch batch, CancellationToken cancellation)
    {
        var plans = batch.Indices.Select(index => MakePlan(batch.Class, index)).ToList();
        var images = _translator.Translate(batch.Class, [.. plans.Select(plan => plan.Translation)], cancellation);
        return [.. plans.Zip(images, (plan, image) => image with
        {
            Adapter = _adapter?.Hash,
            SoftLabels = _method.SoftLabelOf(plan.Source.Label, batch.Class.Label, plan.Translation.Strength),
        })];
    }

    public void Dispose()
    {
        _translator.Dispose();
        _merged.Dispose();
    }

    private Plan MakePlan(ShotClass target, long index)
    {
        var random = SeededRandom.Create(new NoiseKey(_context.Seed, target.Label, index), PlanStream);
        var source = random.Of([.. _context.Classes.Where(found => found.Label != target.Label)]);
        var prompt = random.Of(PromptsOf(target));
        return new Plan(source, new ShotTranslation(
            index, prompt, Shot: random.Of(source.Shots), Strength: random.Of(_method.Strengths)));
    }

    private AdapterPlan PlanTraining()
    {
        var examples = _context.Classes.SelectMany(
            found => found.Shots.Select(
            shot => new AdapterExample(shot, PromptsOf(found), _method.ConditionOnShots ? found.Label : null)))
            .ToList();
        return new AdapterPlan(_method.ToTrainingOptions(examples.Count, _context.Seed), examples,
            $"{examples.Count} images of {_context.Classes.Count} classes");
    }

    private IReadOnlyList<string> PromptsOf(ShotClass shotClass) =>
        PromptTemplate.FillAll(_method.Templates, shotClass.Name, _method.DatasetWord);
}
