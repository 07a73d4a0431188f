using MLNet.SynthAugment.Diffusion.TextualInversion;
using MLNet.SynthAugment.Diffusion.Training;
using MLNet.SynthAugment.Diffusion.Weights;
using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Files;
using MLNet.SynthAugment.Logging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Methods;

/// <summary>The tokens of a run's classes: each is learnt once and kept in the store's state folder.</summary>
internal sealed class DAFusionTokens
{
    private readonly DAFusion _method;
    private readonly SynthesisContext _context;
    private readonly ProgressLog _progress;
    private long _trained;

    public DAFusionTokens(DAFusion method, SynthesisContext context)
    {
        (_method, _context) = (method, context);
        var missing = context.Classes.Count(
            shotClass => !File.Exists(Path.Combine(context.StateFolder, FileName(shotClass))));
        _progress = new ProgressLog("class tokens", missing, context.Log);
    }

    /// <summary>The file of a class's token. No token may be active in the model meanwhile.</summary>
    public string Get(ShotClass shotClass)
    {
        var path = _context.LearnOnce(FileName(shotClass), path => Learn(shotClass, path), IsSound);
        Checkpoints.Delete(_context, FileNames.Unique(shotClass.Label));
        return path;
    }

    private void Learn(ShotClass shotClass, string path)
    {
        var name = FileNames.Unique(shotClass.Label);
        var options = _method.TrainingOptions(
            shotClass, $"<{name}>", text => _context.Model.Tokenizer.Encode(text).Length) with
        {
            Seed = _context.Seed,
            Log = _context.Log,
            CheckpointFolder = Checkpoints.FolderOf(_context, name),
        };
        var images = new List<Image<Rgb24>>();
        try
        {
            foreach (var shot in shotClass.Shots)
                images.Add(ShotImages.OpenSmall(shot, _context.Model.ImageSize));
            _context.Log($"Textual inversion of class '{shotClass.Label}' from {images.Count} images: "
                + $"{options.Steps} steps for {options.Vectors} vectors.");
            using var embedding = new TextualInversionTrainer(_context.Model, options).Train(images, ProgressLog.OfTraining(_context.Log), _context.Cancellation);
            embedding.Save(path);
        }
        finally
        {
            images.ForEach(image => image.Dispose());
        }
        _progress.Report(++_trained);
    }

    private bool IsSound(string path)
    {
        try
        {
            TokenEmbedding.Load(path).Dispose();
            return true;
        }
        catch (Exception error) when (error is SafetensorsException or InvalidDataException)
        {
            _context.Log($"The token in '{path}' is damaged and is learnt again: {error.Message}");
            return false;
        }
    }

    private static string FileName(ShotClass shotClass) => $"{FileNames.Unique(shotClass.Label)}.safetensors";
}
