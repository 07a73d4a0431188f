using MLNet.SynthAugment.Diffusion.Images;
using MLNet.SynthAugment.Diffusion.Pipelines;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Pipelines;

public class PreviewTests
{
    [Fact]
    public void The_linear_preview_finds_the_colours_of_the_channels()
    {
        using var scope = NewDisposeScope();
        var colours = tensor(new[,] { { 0.3f, -0.2f, 0.1f, 0.05f }, { 0f, 0.4f, -0.1f, 0.2f },
            { -0.3f, 0.1f, 0.2f, 0f } });
        Tensor Mix(Tensor latents) => einsum("oc,bchw->bohw", colours, latents) + 0.25;
        var preview = LinearPreview.Fit(
            latents => nn.functional.interpolate(Mix(latents), scale_factor: [8, 8]),
            randn(1, 4, 12, 9, generator: new Generator(4, CPU)));
        var latents = randn(2, 4, 5, 7, generator: new Generator(5, CPU));
        TensorAssert.Close(Mix(latents), preview.Decode(latents), 1e-3, "colours");
    }

    [Fact]
    public void Another_decoder_can_be_given()
    {
        using var model = TinyModelKinds.Create(TinyModelKinds.StableDiffusion1);
        var pipeline = new TextToImagePipeline(model)
        { PreviewDecoder = latents => model.Vae.Decode(latents / model.Vae.ScalingFactor) };
        byte[]? preview = null;
        var made = Assert.Single(
            pipeline.Generate([new("a", new NoiseKey(1, "c"))], new SamplingOptions
            { Steps = 3, Height = 12, Width = 20 }, onStep: step =>
        {
            if (step.Step < 3) return;
            using var shown = Assert.Single(step.Preview());
            preview = TestImages.Bytes(shown);
            Assert.Equal((20, 12), (shown.Width, shown.Height));
            using var expected = ImageTensors.ToImages(
                model.Vae.Decode(step.PredictedOriginal / model.Vae.ScalingFactor))[0];
            Assert.Equal(TestImages.Bytes(expected), preview);
        }));
        Assert.NotNull(preview);
        Assert.Equal((20, 12), (made.Width, made.Height));
    }

    [Fact]
    public void A_bare_sampler_has_none()
    {
        using var latents = zeros(1, 4, 2, 2);
        Assert.Contains("pipeline",
            Assert.Throws<InvalidOperationException>(
                () => new SamplingStep(1, 1, 1, latents, latents).Preview()).Message);
    }
}
