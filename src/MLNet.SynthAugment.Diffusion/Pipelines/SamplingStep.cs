using MLNet.SynthAugment.Diffusion.Images;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>
/// What a denoising step has brought. The tensors are valid during the callback only; they are not copied to the host.
/// </summary>
/// <param name="Step">Denoising steps done, from 1.</param>
/// <param name="Steps">Denoising steps of this run in all.</param>
/// <param name="Timestep">The timestep that this step started from.</param>
/// <param name="Latents">The latents after it, float32 [B, C, h, w].</param>
/// <param name="PredictedOriginal">The clean latents x₀ that the model expects at the end, of the same shape.</param>
public sealed record SamplingStep(int Step, int Steps, double Timestep, Tensor Latents, Tensor PredictedOriginal)
{
    /// <summary>Turns latents into images −1 to 1; null where the run has no preview.</summary>
    internal Func<Tensor, Tensor>? PreviewDecoder { get; init; }

    /// <summary>
    /// What the images look like so far: <see cref="PredictedOriginal"/> through the pipeline's preview decoder.
    /// </summary>
    /// <returns>B images, which the caller owns.</returns>
    /// <exception cref="InvalidOperationException">The step does not come from a pipeline, or the model
    /// overflowed.</exception>
    public IReadOnlyList<Image<Rgb24>> Preview()
    {
        if (PreviewDecoder is null)
            throw new InvalidOperationException(
                "This run has no preview: previews come with the steps of a pipeline, not of a bare LatentSampler.");
        using var gradientMode = no_grad();
        using var scope = NewDisposeScope();
        return ImageTensors.ToImages(PreviewDecoder(PredictedOriginal));
    }
}

/// <summary>How far a batch has come.</summary>
/// <param name="Step">Denoising steps done.</param>
/// <param name="Steps">Denoising steps in all.</param>
public readonly record struct SamplingProgress(int Step, int Steps);

/// <summary>
/// A preview at almost no cost: each latent pixel becomes one image pixel, whose colour is a linear function of the
/// latent's channels. The function is fitted to what the autoencoder itself makes of some latents of the run, so it
/// serves any model.
/// </summary>
internal sealed class LinearPreview
{
    private const double Ridge = 1e-3;

    private readonly float[] _weights;

    private LinearPreview(float[] weights) => _weights = weights;

    /// <summary>Fits the colours.</summary>
    /// <param name="decode">The autoencoder: from latents, scaled as the UNet sees them, to images [B, 3, height,
    /// width].</param>
    /// <param name="latents">Latents such as those to be shown, [B, C, h, w]; all are decoded.</param>
    public static LinearPreview Fit(Func<Tensor, Tensor> decode, Tensor latents)
    {
        using var gradientMode = no_grad();
        using var scope = NewDisposeScope();
        var colours = nn.functional.adaptive_avg_pool2d(
            decode(latents).to(ScalarType.Float32), [latents.shape[2], latents.shape[3]]);
        var inputs = WithConstant(Rows(latents)).cpu().to(ScalarType.Float64);
        var targets = Rows(colours).cpu().to(ScalarType.Float64);
        // Least squares by the normal equations; the ridge keeps them solvable where a channel has no effect.
        var normal = inputs.t().mm(inputs).Plus(Kept(Ridge) * eye(inputs.shape[1], dtype: ScalarType.Float64));
        var weights = linalg.solve(normal, inputs.t().mm(targets));
        return new LinearPreview(weights.to(ScalarType.Float32).contiguous().ToArray<float>());
    }

    /// <summary>Colours of latents.</summary>
    /// <param name="latents">[B, C, h, w], scaled as the UNet sees them.</param>
    /// <returns>[B, 3, h, w], about −1 to 1.</returns>
    public Tensor Decode(Tensor latents)
    {
        using var scope = NewDisposeScope();
        var (batch, channels, height, width) = (latents.shape[0], latents.shape[1], latents.shape[2], latents.shape[3]);
        var weights = tensor(_weights, [channels + 1, _weights.Length / (channels + 1)], device: latents.device);
        var colours = WithConstant(Rows(latents.to(ScalarType.Float32))).mm(weights);
        return colours.reshape(batch, height, width, -1).permute(0, 3, 1, 2).contiguous().MoveToOuterDisposeScope();
    }

    private static Tensor Rows(Tensor planes) => planes.permute(0, 2, 3, 1).reshape(-1, planes.shape[1]);

    private static Tensor WithConstant(Tensor rows) => nn.functional.pad(rows, (0, 1), value: 1);
}
