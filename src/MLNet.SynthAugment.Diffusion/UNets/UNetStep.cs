namespace MLNet.SynthAugment.Diffusion.UNets;

/// <summary>What all blocks of a UNet are given beside the image.</summary>
/// <param name="Time">SiLU of the time embedding, [B, time width], or [1, time width] where all rows share it.</param>
/// <param name="Text">What the attentions attend to.</param>
/// <param name="Optimizations">How to compute.</param>
internal sealed record UNetStep(Tensor Time, TextContext Text, UNetOptimizations Optimizations)
{
    /// <summary>As in <see cref="UNetApproximations.MergedTokens"/>.</summary>
    internal double MergedTokens { get; init; }

    /// <summary>Height of the latents.</summary>
    internal long Height { get; init; }

    /// <summary>Width of the latents.</summary>
    internal long Width { get; init; }
}

/// <summary>
/// A part of a UNet's forward pass. The parts are run one after the other; between two of them there is nothing but the
/// hidden image and the images kept for the way up, so that gradients can be computed part by part.
/// </summary>
/// <param name="hidden">The image from the part before; the noisy latents for the first part.</param>
/// <param name="step">What all parts are given beside the image.</param>
/// <param name="skips">Images of the way down that the way up still needs; a part pushes its own or takes one
/// off.</param>
/// <returns>The image for the next part.</returns>
internal delegate Tensor UNetStage(Tensor hidden, UNetStep step, Stack<Tensor> skips);

/// <summary>
/// One forward pass through a UNet's parts, which frees each image as soon as no later part needs it.
/// </summary>
/// <param name="stages">The parts.</param>
/// <param name="step">What all parts are given.</param>
internal sealed class UNetStageRun(IReadOnlyList<UNetStage> stages, UNetStep step)
{
    private readonly Stack<Tensor> _skips = new();

    /// <summary>Images of the way down that the way up still waits for.</summary>
    internal int Waiting => _skips.Count;

    /// <summary>
    /// Runs a part. Its input is freed, unless it is the pass's own input or the way up waits for it.
    /// </summary>
    internal Tensor Run(int stage, Tensor hidden)
    {
        var waiting = _skips.Count;
        _skips.TryPeek(out var last);
        var next = stages[stage](hidden, step, _skips);
        if (_skips.Count < waiting)
            last!.Dispose();
        if (last is not null && !ReferenceEquals(hidden, last))
            hidden.Dispose();
        return next;
    }
}
