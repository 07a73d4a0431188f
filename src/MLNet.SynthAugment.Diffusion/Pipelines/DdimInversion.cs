using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.UNets;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>
/// DDIM run backwards (Song et al. 2021, section 4.3): from the latents of an image to the noise from which DDIM leads
/// back to about that image. Each step takes the prediction at its start for the one at its end, so many steps and
/// little guidance invert best.
/// </summary>
/// <param name="unet">The noise predictor.</param>
/// <param name="scheduler">DDIM; its eta plays no part.</param>
public sealed class DdimInversion(UNet2DConditionModel unet, DdimScheduler scheduler)
{
    /// <summary>The sampler that is run backwards.</summary>
    public DdimScheduler Scheduler { get; } = scheduler;

    /// <summary>Finds the noise of latents.</summary>
    /// <param name="latents">Latents x₀ of images [B, C, h, w] on the UNet's device, scaled as the UNet sees them; they
    /// are not changed.</param>
    /// <param name="conditioning">What steers the UNet.</param>
    /// <param name="options">Steps and guidance; guidance scale 1 is recommended.</param>
    /// <param name="onStep">Receives the noisier latents after each step; the timestep is the one they are at.</param>
    /// <param name="cancellationToken">Checked before each step.</param>
    /// <returns>The latents at the noisiest timestep, float32, of the same shape.</returns>
    /// <exception cref="ArgumentException">Negative embeddings are missing, or shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public Tensor Invert(
        Tensor latents,
        Conditioning conditioning,
        SamplingOptions options,
        Action<SamplingStep>? onStep = null,
        CancellationToken cancellationToken = default)
    {
        using var mode = no_grad();
        using var runScope = NewDisposeScope();
        using var predictor = new GuidedUNet(unet, conditioning, options);
        using var run = Scheduler.Plan(options.Steps);
        var steps = run.Timesteps.Count;
        var current = latents.to(ScalarType.Float32);
        for (var step = steps - 1; step >= 0; step--)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var stepScope = NewDisposeScope();
            var timestep = (int)run.Timesteps[step];
            var prediction = predictor.Predict(run, step, current);
            var (next, original) =
                Step(prediction, current, Scheduler.PreviousAlphaCumprod(run, step), Scheduler.AlphaCumprod(timestep));
            current.Dispose();
            current = next.MoveToOuterDisposeScope();
            onStep?.Invoke(new SamplingStep(steps - step, steps, timestep, current, original));
        }
        return current.MoveToOuterDisposeScope();
    }

    // Song et al. 2021, equation 12 with σ = 0, from one noise level to a noisier one.
    private (Tensor Next, Tensor Original) Step(Tensor prediction, Tensor sample, float alpha, float noisierAlpha)
    {
        var original = OriginalSamplePrediction.Original(Scheduler.Config, prediction, sample, alpha);
        var epsilon = OriginalSamplePrediction.Epsilon(Scheduler.Config, prediction, sample, alpha);
        return ((Kept(MathF.Sqrt(noisierAlpha)) * original).Plus(Kept(MathF.Sqrt(1 - noisierAlpha)) * epsilon),
            original);
    }
}
