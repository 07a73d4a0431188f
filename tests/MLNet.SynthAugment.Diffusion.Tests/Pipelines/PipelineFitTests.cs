using MLNet.SynthAugment.Diffusion.Pipelines;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Pipelines;

/// <summary>A pipeline over a model of another kind names the one to take.</summary>
public class PipelineFitTests
{
    [Theory]
    [InlineData(TinyModelKinds.Inpaint, nameof(InpaintPipeline))]
    [InlineData(TinyModelKinds.Upscaler, nameof(UpscalePipeline))]
    public void Text_to_image_names_the_pipeline_of_other_models(string kind, string pipeline)
    {
        using var model = TinyModelKinds.Create(kind);
        Assert.Contains("use " + pipeline,
            Assert.Throws<ArgumentException>(() => new TextToImagePipeline(model)).Message);
        Assert.Contains("use " + pipeline,
            Assert.Throws<ArgumentException>(() => new ImageToImagePipeline(model)).Message);
    }

    [Theory]
    [InlineData(TinyModelKinds.UnClip)]
    [InlineData(TinyModelKinds.UnClipWithLatents)]
    [InlineData(TinyModelKinds.InstructPix2Pix)]
    public void The_plain_pipelines_serve_models_that_take_images(string kind)
    {
        using var model = TinyModelKinds.Create(kind);
        Assert.Same(model, new TextToImagePipeline(model).Model);
        Assert.Same(model, new ImageToImagePipeline(model).Model);
        Assert.False(new InpaintPipeline(model).ShowsMaskToUNet);
        Assert.Contains(nameof(TextToImagePipeline),
            Assert.Throws<ArgumentException>(() => new UpscalePipeline(model)).Message);
    }

    [Fact]
    public void The_others_name_text_to_image()
    {
        using var model = TinyModelKinds.Create(TinyModelKinds.StableDiffusion1);
        Assert.Contains(nameof(TextToImagePipeline),
            Assert.Throws<ArgumentException>(() => new UpscalePipeline(model)).Message);
        Assert.Contains(nameof(TextToImagePipeline),
            Assert.Throws<ArgumentException>(() => new ImageVariationPipeline(model)).Message);
    }

    [Fact]
    public void Latents_that_are_not_numbers_are_refused()
    {
        using var model = TinyModelKinds.Create(TinyModelKinds.StableDiffusion1);
        using var latents = full([1, 4, 8, 8], float.NaN);
        Assert.Contains("overflowed",
            Assert.Throws<InvalidOperationException>(() => new TextToImagePipeline(model).Decode(latents)).Message);
    }
}
