using MLNet.SynthAugment.Diffusion.Files;
using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.Training;
using MLNet.SynthAugment.Diffusion.Weights;
using MLNet.SynthAugment.Files;
using MLNet.SynthAugment.Logging;
using SixLabors.ImageSharp;

namespace MLNet.SynthAugment.Methods.Adapters;

/// <summary>
/// The LoRA adapters that a method trains, whatever it trains them on: each is trained once a store, on the model that
/// is loaded already, and read from the store's state folder from then on. An interrupted training goes on from its
/// checkpoint.
/// </summary>
/// <param name="context">The run.</param>
/// <param name="merged">The adapters that are merged into its model; they come off before another one is
/// trained.</param>
internal sealed class AdapterTraining(SynthesisContext context, MergedAdapters merged)
{
    private readonly Dictionary<string, LearntAdapter> _known = new(StringComparer.Ordinal);

    /// <summary>An adapter, which is trained unless it is there.</summary>
    /// <param name="name">Its name, which is also the file's: from <see cref="Files.FileNames.Unique"/> where it holds
    /// a label.</param>
    /// <param name="plan">How it is trained; asked for only then.</param>
    public LearntAdapter Get(string name, Func<AdapterPlan> plan)
    {
        if (_known.TryGetValue(name, out var known))
            return known;
        // Also a new adapter is used as its file has it, so that a resumed run has the very same numbers.
        var path = context.LearnOnce(name + ".safetensors", file => Train(name, plan(), file), IsSound);
        Checkpoints.Delete(context, name);
        return _known[name] = new LearntAdapter(name, path, FileHash.Of(path));
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
                    ShotImages.OpenSmall(example.Shot, context.Model.ImageSize), example.Prompts[0])
                { OtherPrompts = [.. example.Prompts.Skip(1)], Group = example.Group });
            var options = plan.Options with
            {
                CheckpointFolder = Checkpoints.FolderOf(context, name),
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
            using var adapter = new LoraTrainer(context.Model, options).Train(images, ProgressLog.OfTraining(context.Log), context.Cancellation);
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
