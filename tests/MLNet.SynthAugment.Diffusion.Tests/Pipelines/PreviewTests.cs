using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Diffusion.Vision;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Pipelines;

public class PreviewTests
{
    [Fact]
    public void The_linear_preview_comes_close_to_the_autoencoder()
    {
        using var model = TinyModelKinds.Create(TinyModelKinds.StableDiffusion1);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var preview = LinearPreview.Fit(model.Vae, model.Vae.ScalingFactor, CPU);
        var latents = nn.functional.upsample_nearest2d(randn(1, 4, 6, 6, generator: new Generator(5, CPU)), [24, 24]);
        var decoded = nn.functional.adaptive_avg_pool2d(model.Vae.Decode(latents / model.Vae.ScalingFactor), [24, 24]);
        var error = (preview.Decode(latents) - decoded).square().mean().item<float>();
        var variance = (decoded - decoded.mean([2, 3], keepdim: true)).square().mean().item<float>();
        Assert.True(error < 0.5 * variance, $"The preview's squared error is {error}, the images' variance {variance}.");
    }

    [Fact]
    public void Another_decoder_can_be_given()
    {
        using var model = TinyModelKinds.Create(TinyModelKinds.StableDiffusion1);
        var pipeline = new TextToImagePipeline(model) { PreviewDecoder = latents => model.Vae.Decode(latents / model.Vae.ScalingFactor) };
        byte[]? preview = null;
        var made = Assert.Single(pipeline.Generate([new("a", 1, "c", 0)], new SamplingOptions { Steps = 3, Height = 12, Width = 20 }, onStep: step =>
        {
            if (step.Step < 3) return;
            using var shown = Assert.Single(step.Preview());
            preview = TestImages.Bytes(shown);
            Assert.Equal((20, 12), (shown.Width, shown.Height));
            using var expected = ImageTensors.ToImages(model.Vae.Decode(step.PredictedOriginal / model.Vae.ScalingFactor))[0];
            Assert.Equal(TestImages.Bytes(expected), preview);
        }));
        Assert.NotNull(preview);
        Assert.Equal((20, 12), (made.Width, made.Height));
    }

    [Fact]
    public void A_bare_sampler_has_none()
    {
        using var latents = zeros(1, 4, 2, 2);
        Assert.Contains("pipeline", Assert.Throws<InvalidOperationException>(() => new SamplingStep(1, 1, 1, latents, latents).Preview()).Message);
    }
}
