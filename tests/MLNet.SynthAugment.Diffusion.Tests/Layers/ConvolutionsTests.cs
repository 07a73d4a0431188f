using MLNet.SynthAugment.Diffusion.Layers;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MLNet.SynthAugment.Diffusion.Tests.Layers;

public class ConvolutionsTests
{
    private static readonly int[] s_channels = [1, 3, 4, 9, 16, 17, 20, 24, 32, 40];

    // Small whole numbers: their sums are exact in every format.
    public static TheoryData<ScalarType, int, int> Cases()
    {
        var cases = new TheoryData<ScalarType, int, int>();
        foreach (var dtype in new[] { ScalarType.Float32, ScalarType.BFloat16 })
        {
            foreach (var kernel in new[] { 1, 3 })
            {
                foreach (var stride in new[] { 1, 2 })
                    cases.Add(dtype, kernel, stride);
            }
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_channel_counts_whatever_the_processor(ScalarType dtype, int kernel, int stride) =>
        Compare(dtype, kernel, stride, Convolutions.Apply);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Filled_blocks_change_no_number(ScalarType dtype, int kernel, int stride) =>
        Compare(dtype, kernel, stride, Convolutions.Filled);

    [Fact]
    public void Gradients_see_every_channel()
    {
        foreach (var (inChannels, outChannels) in s_channels.SelectMany(_ => s_channels, (a, b) => (a, b)))
        {
            using var scope = NewDisposeScope();
            var (input, weight) = (Whole([2, inChannels, 8, 8], ScalarType.Float32),
                Whole([outChannels, inChannels, 3, 3], ScalarType.Float32));
            var (inputGradient, weightGradient) =
                Gradients(input, weight, (x, w) => Convolutions.Apply(x, w, null, null, [1, 1]));
            var (wantedInput, wantedWeight) =
                Gradients(input.to(ScalarType.Float64), weight.to(ScalarType.Float64),
                (x, w) => F.conv2d(x, w, padding: [1, 1]));
            Assert.True(wantedInput.Equals(inputGradient.to(ScalarType.Float64)),
                $"input, {inChannels} → {outChannels} channels");
            Assert.True(wantedWeight.Equals(weightGradient.to(ScalarType.Float64)),
                $"weight, {inChannels} → {outChannels} channels");
        }
    }

    private static void Compare(
        ScalarType dtype, int kernel, int stride, Func<Tensor, Tensor, Tensor?, long[]?, long[]?, Tensor> convolve)
    {
        foreach (var (inChannels, outChannels) in s_channels.SelectMany(_ => s_channels, (a, b) => (a, b)))
        {
            using var scope = NewDisposeScope();
            long[] strides = [stride, stride], padding = [kernel / 2, kernel / 2];
            var (input, weight, bias) =
                (Whole([2, inChannels, 8, 8], dtype), Whole([outChannels, inChannels, kernel, kernel], dtype),
                Whole([outChannels], dtype));
            var wanted = F.conv2d(input.to(ScalarType.Float64), weight.to(ScalarType.Float64),
                bias.to(ScalarType.Float64), strides, padding);
            // What cannot be told apart in the format may be rounded.
            Assert.True(wanted.to(dtype).Equals(convolve(input, weight, bias, strides, padding)),
                $"{inChannels} → {outChannels} channels");
        }
    }

    private static (Tensor Input, Tensor Weight) Gradients(
        Tensor input, Tensor weight, Func<Tensor, Tensor, Tensor> convolve)
    {
        var (x, w) = (input.detach().requires_grad_(), weight.detach().requires_grad_());
        convolve(x, w).sum().backward();
        return (x.grad!, w.grad!);
    }

    // −2 to 2.
    private static Tensor Whole(long[] shape, ScalarType dtype) =>
        randint(-2, 3, shape, dtype: ScalarType.Float32).to(dtype);
}
