using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.Vision;

namespace MLNet.SynthAugment;

/// <summary>The models of a run, each loaded at its first use.</summary>
internal sealed class LoadedModels(Synthesizer.Settings settings, Action<string> log) : IDisposable
{
    private LatentDiffusionModel? _diffusion;
    private ClipEncoder? _clip;

    public bool HasClip => settings.Clip is not null;

    public LatentDiffusionModel Diffusion => _diffusion ??= LoadDiffusion();

    public ClipEncoder Clip => _clip ??= LoadClip();

    public void Dispose()
    {
        _diffusion?.Dispose();
        _clip?.Dispose();
    }

    private LatentDiffusionModel LoadDiffusion()
    {
        var source = settings.Model ?? throw new InvalidOperationException($"The method '{settings.Method.Name}' says that it uses no diffusion model, but reads one.");
        return source.Load(settings.Device, settings.Precision, log);
    }

    // In float32 whatever the diffusion model computes in: it costs little beside that, and decisions on images hang on small differences.
    private ClipEncoder LoadClip()
    {
        var source = settings.Clip ?? throw new InvalidOperationException("A CLIP model is needed and none was given: set Options.Clip to ImageTextModel.FromFolder(...). "
            + "(The embedded diffusion model brings its own.)");
        return source.Load(settings.Device, Precision.Float32, log);
    }
}
