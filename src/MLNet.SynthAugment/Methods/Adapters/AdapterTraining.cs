using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Files;
using MLNet.SynthAugment.Logging;

namespace MLNet.SynthAugment.Methods.Adapters;

/// <summary>
/// The LoRA adapters that a method trains, whatever it trains them on. Each is trained once per store, on the model
/// that is loaded already, and read from the store's state folder from then on. An interrupted training goes on from
/// its checkpoint.
/// </summary>
/// <param name="context">The run.</param>
/// <param name="merged">The adapters that are merged into its model; they come off before another one is
/// trained.</param>
internal sealed class AdapterTraining(SynthesisContext context, MergedAdapters merged)
{
    /// <summary>The name of an adapter for all classes.</summary>
    public const string OfAllClasses = "dataset";

    private const string Extension = ".safetensors";

    private readonly Dictionary<string, LearntAdapter> _known = new(StringComparer.Ordinal);

    /// <summary>The file of an adapter in the state folder.</summary>
    /// <param name="name">Its name: from <see cref="FileNames.Unique"/> where it holds a label.</param>
    public static string FileOf(string name) => name + Extension;

    /// <summary>An adapter, which is trained unless it is there.</summary>
    /// <param name="fileName">Its file, of <see cref="FileOf"/>.</param>
    /// <param name="plan">How it is trained; asked for only then.</param>
    public LearntAdapter Get(string fileName, Func<AdapterPlan> plan)
    {
        if (_known.TryGetValue(fileName, out var known))
            return known;
        var name = fileName[..^Extension.Length];
        // Also a new adapter is used as its file has it, so that a resumed run has the very same numbers.
        var path = context.LearnOnce(fileName, file => Train(name, plan(), file), IsSound);
        ShotTraining.DeleteCheckpoint(context, name);
        return _known[fileName] = new LearntAdapter(path, FileHash.Of(path));
    }

    private void Train(string name, AdapterPlan plan, string file)
    {
        merged.Use();
        context.Log($"Training the LoRA adapter '{name}' on {plan.Description}, {plan.Options.Steps} steps.");
        var images = new List<TrainingExample>();
        try
        {
            foreach (var example in plan.Examples)
                images.Add(new TrainingExample(
                    ShotTraining.OpenSmall(example.Shot, context.Model.ImageSize), example.Prompts[0])
                { OtherPrompts = [.. example.Prompts.Skip(1)], Group = example.Group });
            var options = plan.Options with
            {
                CheckpointFolder = ShotTraining.CheckpointFolder(context, name),
                Log = context.Log,
                Validation = plan.Samples is { } samples
                    ? new LoraValidation
                    {
                        Every = samples.Every,
                        Prompts = samples.Prompts,
                        Sampling = samples.Sampling,
                        Seed = context.Seed,
                        OnImages = shown => Show(name, shown)
                    }
                    : null,
            };
            using var adapter = new LoraTrainer(context.Model, options).Train(
                images, ProgressLog.OfTraining(context.Log), context.Cancellation);
            adapter.Save(file);
        }
        finally
        {
            images.ForEach(example => example.Image.Dispose());
        }
    }

    private bool IsSound(string path)
    {
        try
        {
            using var adapter = LoraAdapter.Load(path);
            return true;
        }
        catch (Exception error) when (error is SafetensorsException or InvalidDataException)
        {
            context.Log($"The adapter '{path}' is damaged and is trained again: {error.Message}");
            return false;
        }
    }

    private void Show(string name, LoraValidationImages shown)
    {
        var folder = StoreLayout.ValidationOf(context.StateFolder, name);
        Directory.CreateDirectory(folder);
        for (var i = 0; i < shown.Images.Count; i++)
        {
            using var image = shown.Images[i];
            image.SaveAsPng(Path.Combine(folder, $"step-{shown.Step:D6}-{i}.png"));
        }
        context.Log($"Sample images after step {shown.Step} are in '{folder}'.");
    }
}

/// <summary>How an adapter is trained.</summary>
/// <param name="Options">The training; <see cref="AdapterTraining"/> sets folder of the checkpoint, log and sample
/// images.</param>
/// <param name="Examples">The shots, at least one.</param>
/// <param name="Description">What it is trained on, for the log, such as <c>12 images of 3 classes</c>.</param>
internal sealed record AdapterPlan(
    LoraTrainingOptions Options, IReadOnlyList<AdapterExample> Examples, string Description)
{
    /// <summary>Sample images to make during training; null for none.</summary>
    public SampleImages? Samples { get; init; }

    /// <summary>Sample images of a training.</summary>
    /// <param name="Every">Steps between two sets of them, at least 1.</param>
    /// <param name="Prompts">One image is made of each prompt.</param>
    /// <param name="Sampling">Steps and guidance.</param>
    public sealed record SampleImages(int Every, IReadOnlyList<string> Prompts, SamplingOptions Sampling);
}

/// <summary>A shot that an adapter is trained on.</summary>
/// <param name="Shot">The shot.</param>
/// <param name="Prompts">Its descriptions, at least one; each training step draws one.</param>
/// <param name="Group">
/// For models that take images: the shot is conditioned on another one of its group, usually its class. Null drops the
/// condition.
/// </param>
internal sealed record AdapterExample(Shot Shot, IReadOnlyList<string> Prompts, string? Group)
{
    /// <summary>All shots of some classes.</summary>
    /// <param name="classes">The classes.</param>
    /// <param name="promptsOf">The descriptions of a class's shots.</param>
    /// <param name="conditionOnShots">Whether a shot is conditioned on another one of its class.</param>
    public static IReadOnlyList<AdapterExample> OfClasses(
        IReadOnlyList<ShotClass> classes, Func<ShotClass, IReadOnlyList<string>> promptsOf, bool conditionOnShots) =>
        [.. classes.SelectMany(shotClass => shotClass.Shots.Select(shot => new AdapterExample(
            shot, promptsOf(shotClass), conditionOnShots ? shotClass.Label : null)))];
}
