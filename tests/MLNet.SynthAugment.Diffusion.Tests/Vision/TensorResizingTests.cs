using MLNet.SynthAugment.Diffusion.Tests.Golden;
using MLNet.SynthAugment.Diffusion.Vision;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Vision;

public sealed class TensorResizingTests
{
    [Fact]
    public void A_constant_stays_constant_and_gradients_flow()
    {
        using var scope = NewDisposeScope();
        var image = full([2, 3, 5, 9], 0.7f).requires_grad_();
        foreach (var antialias in new[] { false, true })
        {
            var resized = TensorResizing.Bicubic(image, 3, 20, antialias);
            Assert.Equal([2, 3, 3, 20], resized.shape);
            TensorAssert.Close(full([2, 3, 3, 20], 0.7f), resized, 1e-6);
            // The weights of an output pixel sum to 1, so the gradients of all pixels sum to the number of outputs.
            image.grad = null;
            resized.sum().backward();
            Assert.Equal(2 * 3 * 3 * 20, image.grad!.sum().item<float>(), 1e-3f);
        }
    }

    [Fact]
    public void Bad_shapes_are_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => TensorResizing.Bicubic(zeros(3, 4, 4), 2, 2));
        Assert.ThrowsAny<ArgumentException>(() => TensorResizing.Bicubic(zeros(1, 3, 4, 4), 0, 2));
    }
}
