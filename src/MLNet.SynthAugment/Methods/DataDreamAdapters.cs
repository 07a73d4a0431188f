using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.Training;
using MLNet.SynthAugment.Diffusion.Vision;
using MLNet.SynthAugment.Diffusion.Weights;
using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Store;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace MLNet.SynthAugment.Methods;

/// <summary>The adapters of a DataDream run: read from the store's state folder, or trained and put there.</summary>
internal sealed class DataDreamAdapters(DataDream method, SynthesisContext context, LatentDiffusionModel model)
{
    private const string DatasetName = "dataset";

    /// <summary>The name of the adapter that makes the images of a class.</summary>
    public string NameFor(ShotClass shotClass) => method.Scope == LoraScope.Dataset ? DatasetName : FileNames.Unique(shotClass.Label);

    /// <summary>The adapter that makes the images of a class; the caller disposes it.</summary>
    public LoraAdapter Get(ShotClass shotClass)
    {
        var name = NameFor(shotClass);
        var path = Path.Combine(context.StateFolder, name + ".safetensors");
        if (!IsSound(path))
        {
            using var trained = Train(name, method.Scope == LoraScope.Dataset ? context.Classes : [shotClass]);
            trained.Save(path);
        }
        // Also a new adapter is read from its file, so that a resumed run has the very same numbers.
        return LoraAdapter.Load(path);
    }

    private bool IsSound(string path)
    {
        if (!File.Exists(path))
            return false;
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

    private LoraAdapter Train(string name, IReadOnlyList<ShotClass> classes)
    {
        var examples = classes.SelectMany(found => found.Shots.Select(shot => new TrainingExample(OpenSmall(shot), method.PromptOf(found)))).ToList();
        try
        {
            var options = method.TrainingOptions(examples.Count, context.Seed, Path.Combine(context.StateFolder, "checkpoints", name));
            context.Log($"Training the LoRA adapter '{name}' on {examples.Count} images of {classes.Count} classes, {options.Steps} steps.");
            return new LoraTrainer(model, options).Train(examples, new TrainingLog(context.Log), context.Cancellation);
        }
        finally
        {
            foreach (var example in examples)
                example.Image.Dispose();
        }
    }

    // Photos are brought to the model's size at once, as training would do in any case, so that all shots fit into memory.
    private Image<Rgb24> OpenSmall(Shot shot)
    {
        using var image = shot.OpenImage();
        return ImageResizing.ResizeShortestEdge(image, model.ImageSize, KnownResamplers.Triangle);
    }
}
