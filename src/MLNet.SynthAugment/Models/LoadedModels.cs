namespace MLNet.SynthAugment.Models;

/// <summary>
/// The models of a run by their names. The diffusion model is null if the method uses none, the CLIP model if there is
/// none.
/// </summary>
internal sealed record ModelChoice(DiffusionModel? Diffusion, ImageTextModel? Clip, string Device, Precision Precision);

/// <summary>The models of a run, each loaded at its first use.</summary>
/// <param name="choice">Names them.</param>
/// <param name="modelHash">The content hash that the diffusion model must have; null if there is none to load.</param>
/// <param name="clipHash">The content hash that the CLIP model must have; null if any will do.</param>
/// <param name="log">Takes sentences on devices.</param>
internal sealed class LoadedModels(
    ModelChoice choice, string? modelHash, string? clipHash, Action<string> log) : IDisposable
{
    private LatentDiffusionModel? _diffusion;
    private ClipEncoder? _clip;

    public LatentDiffusionModel Diffusion => _diffusion ??= LoadDiffusion();

    public ClipEncoder Clip => _clip ??= LoadClip();

    /// <summary>The error for a run that needs a CLIP model and has none.</summary>
    public static InvalidOperationException MissingClip() =>
        new("A CLIP model is needed and none was given: set Options.Clip to one from a Hugging Face folder. "
            + "(The embedded diffusion model brings its own.)");

    public void Dispose()
    {
        _diffusion?.Dispose();
        _clip?.Dispose();
    }

    private LatentDiffusionModel LoadDiffusion()
    {
        var source = choice.Diffusion
            ?? throw new InvalidOperationException("The method says that it uses no diffusion model, but reads one.");
        Check("diffusion", source.Folder, source.ContentHash(), modelHash);
        return source.Load(choice.Device, choice.Precision, log);
    }

    // In float32 whatever the diffusion model computes in: it costs little beside that, and decisions on images hang on
    // small differences.
    private ClipEncoder LoadClip()
    {
        var source = choice.Clip ?? throw MissingClip();
        if (clipHash is not null)
            Check("CLIP", source.Folder, source.ContentHash(), clipHash);
        return source.Load(choice.Device, Precision.Float32, log);
    }

    // Another model in its place would mix images that do not belong together.
    private static void Check(string kind, string folder, string found, string? wanted)
    {
        if (found != wanted)
            throw new InvalidDataException(
                $"The {kind} model in '{folder}' is not the one that the images in the store were made with.");
    }
}
