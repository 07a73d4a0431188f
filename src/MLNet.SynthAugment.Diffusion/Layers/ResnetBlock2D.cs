namespace MLNet.SynthAugment.Diffusion.Layers;

/// <summary>
/// A residual block (He et al. 2016; Ho et al. 2020, appendix B): norm, SiLU, 3×3 convolution, time embedding added,
/// norm, SiLU, 3×3 convolution, plus the input, through a 1×1 convolution where the channels differ.
/// </summary>
internal sealed class ResnetBlock2D : nn.Module<Tensor, Tensor?, Tensor>
{
    private readonly GroupNorm norm1;
    private readonly LoraCompatibleConv2d conv1;
    private readonly LoraCompatibleLinear? timeProjection;
    private readonly GroupNorm norm2;
    private readonly LoraCompatibleConv2d conv2;
    private readonly LoraCompatibleConv2d? shortcut;
    private readonly double outputScale;

    /// <param name="inChannels">Channels of the input.</param>
    /// <param name="outChannels">Channels of the output.</param>
    /// <param name="timeWidth">Width of the time embedding, or null where there is none (autoencoder).</param>
    /// <param name="groups">Groups of the norms.</param>
    /// <param name="eps">Epsilon of the norms.</param>
    /// <param name="outputScale">What the sum is divided by.</param>
    /// <param name="placement">Device and type of the parameters.</param>
    internal ResnetBlock2D(long inChannels, long outChannels, long? timeWidth, long groups, double eps,
        double outputScale, TensorPlacement placement)
        : base(nameof(ResnetBlock2D))
    {
        this.outputScale = outputScale;
        norm1 = new GroupNorm(groups, inChannels, eps, placement);
        conv1 = new LoraCompatibleConv2d(inChannels, outChannels, 3, placement, padding: 1);
        norm2 = new GroupNorm(groups, outChannels, eps, placement);
        conv2 = new LoraCompatibleConv2d(outChannels, outChannels, 3, placement, padding: 1);
        register_module("norm1", norm1);
        register_module("conv1", conv1);
        if (timeWidth is { } width)
        {
            timeProjection = new LoraCompatibleLinear(width, outChannels, placement);
            register_module("time_emb_proj", timeProjection);
        }
        register_module("norm2", norm2);
        register_module("conv2", conv2);
        if (inChannels != outChannels)
        {
            shortcut = new LoraCompatibleConv2d(inChannels, outChannels, 1, placement);
            register_module("conv_shortcut", shortcut);
        }
    }

    /// <param name="input">[B, in, H, W].</param>
    /// <param name="activatedTimeEmbedding">
    /// SiLU of the time embedding, [B, time width] or [1, time width]; the same for all blocks, so it is computed once
    /// outside.
    /// </param>
    public override Tensor forward(Tensor input, Tensor? activatedTimeEmbedding)
    {
        using var scope = NewDisposeScope();
        var hidden = scope.DisposeEverythingBut(FirstHalf(F.silu(norm1.forward(input)), activatedTimeEmbedding));
        hidden = conv2.forward(F.silu(norm2.forward(hidden)));
        var sum = (shortcut?.forward(input) ?? input).Plus(hidden);
        return (outputScale == 1 ? sum : sum / Kept(outputScale)).MoveToOuterDisposeScope();
    }

    private Tensor FirstHalf(Tensor hidden, Tensor? activatedTimeEmbedding)
    {
        if (timeProjection is null)
            return conv1.forward(hidden);
        var shift = timeProjection.forward(activatedTimeEmbedding!);
        return shift.shape[0] == 1
            ? conv1.ForwardShifted(hidden, shift.flatten())
            : conv1.forward(hidden).Plus(shift.unsqueeze(-1).unsqueeze(-1));
    }
}
