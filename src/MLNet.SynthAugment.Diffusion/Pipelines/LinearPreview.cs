using static MLNet.SynthAugment.Diffusion.KeptScalars;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

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
