using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Files;
using MLNet.SynthAugment.Logging;
using MLNet.SynthAugment.Methods.Adapters;

namespace MLNet.SynthAugment.Methods;

/// <summary>The adapters of single shots, trained class by class.</summary>
internal sealed class LoftAdapters
{
    private readonly Loft _method;
    private readonly SynthesisContext _context;
    private readonly AdapterTraining _training;
    private readonly ProgressLog _progress;
    private long _trained;

    public LoftAdapters(Loft method, SynthesisContext context, MergedAdapters merged)
    {
        (_method, _context, _training) = (method, context, new AdapterTraining(context, merged));
        var missing = context.Classes.SelectMany(shotClass => shotClass.Shots.Select(shot => NameOf(shotClass, shot)))
            .Distinct().Count(name => !Exists(name));
        _progress = new ProgressLog("LoRA adapters of single shots", missing, context.Log);
    }

    /// <summary>The adapters of a class, one a shot, in the shots' order.</summary>
    public IReadOnlyList<LearntAdapter> Of(ShotClass shotClass) =>
        [.. Enumerable.Range(0, shotClass.Shots.Count).Select(number => Of(shotClass, number))];

    private LearntAdapter Of(ShotClass shotClass, int number)
    {
        var name = NameOf(shotClass, shotClass.Shots[number]);
        var isNew = !Exists(name);
        var adapter = _training.Get(name, () => Plan(shotClass, number));
        if (isNew)
            _progress.Report(++_trained);
        return adapter;
    }

    private AdapterPlan Plan(ShotClass shotClass, int number)
    {
        // No group: a model that takes images would be shown the very shot it is to learn, and the adapter would learn
        // next to nothing.
        var example = new AdapterExample(shotClass.Shots[number], [_method.PromptOf(shotClass)], Group: null);
        return new AdapterPlan(_method.TrainingOptions(_context.Seed), [example],
            $"shot {number + 1} of {shotClass.Shots.Count} of class '{shotClass.Label}'");
    }

    private bool Exists(string name) => File.Exists(Path.Combine(_context.StateFolder, name + ".safetensors"));

    // Equal images of a class share an adapter.
    private static string NameOf(ShotClass shotClass, Shot shot) =>
        $"{FileNames.Unique(shotClass.Label)}/{shot.ImageHash}";
}
