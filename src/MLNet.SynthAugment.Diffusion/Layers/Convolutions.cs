// This is where the fault is mended for all others.
#pragma warning disable RS0030

namespace MLNet.SynthAugment.Diffusion.Layers;

/// <summary>
/// Convolutions whose numbers are right on every processor. The oneDNN of libtorch 2.10 loses input channels of batches
/// on some: with channels that do not fill its blocks of 16 it copies some of them not at all, and computes with
/// whatever lay in memory (docs/performance.md). There, channels of zeros fill the blocks.
/// </summary>
internal static class Convolutions
{
    private const int Block = 16;

    private static readonly Lazy<bool> s_losesChannels =
        new(() => LosesChannels(ScalarType.Float32) || LosesChannels(ScalarType.BFloat16));

    /// <summary>Whether this processor's convolutions need full blocks of channels.</summary>
    public static bool NeedsFullBlocks => s_losesChannels.Value;

    /// <summary>A 2-D convolution, all of whose input channels reach all output channels.</summary>
    /// <param name="input">[B, in, H, W].</param>
    /// <param name="weight">[out, in, height, width].</param>
    /// <param name="bias">[out], or null.</param>
    /// <param name="strides">The step in pixels, vertical and horizontal; null is 1.</param>
    /// <param name="padding">Zeros added above and below, and left and right; null is none.</param>
    /// <returns>[B, out, …].</returns>
    public static Tensor Apply(
        Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null)
    {
        var (outMissing, inMissing) = (Missing(weight.shape[0]), Missing(weight.shape[1]));
        return (outMissing > 0 || inMissing > 0) && input.device_type == DeviceType.CPU && NeedsFullBlocks
            ? Filled(input, weight, bias, strides, padding, outMissing, inMissing)
            : F.conv2d(input, weight, bias, strides, padding);
    }

    /// <summary>The same with channels of zeros that fill the blocks.</summary>
    internal static Tensor Filled(Tensor input, Tensor weight, Tensor? bias, long[]? strides, long[]? padding) =>
        Filled(input, weight, bias, strides, padding, Missing(weight.shape[0]), Missing(weight.shape[1]));

    private static Tensor Filled(
        Tensor input, Tensor weight, Tensor? bias, long[]? strides, long[]? padding, long outMissing, long inMissing)
    {
        using var scope = NewDisposeScope();
        var filled = F.conv2d(
            inMissing == 0 ? input : F.pad(input, [0, 0, 0, 0, 0, inMissing]),
            F.pad(weight, [0, 0, 0, 0, 0, inMissing, 0, outMissing]),
            bias is null || outMissing == 0 ? bias : F.pad(bias, [0, outMissing]),
            strides, padding);
        return (outMissing == 0 ? filled : filled.narrow(1, 0, weight.shape[0]).contiguous()).MoveToOuterDisposeScope();
    }

    private static long Missing(long channels) => (Block - (channels % Block)) % Block;

    // Sums of ones are exact in every number format. Which sizes go wrong depends on how the work is spread over
    // threads.
    private static bool LosesChannels(ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return new[] { 3, 20, 24 }.Any(channels => new[] { 8, 64 }.Any(side => new[] { 2, 16 }.Any(batch =>
            F.conv2d(ones([batch, channels, side, side], dtype), ones([4, channels, 3, 3], dtype))
                .ne(Kept(9 * channels)).any().item<bool>())));
    }
}
