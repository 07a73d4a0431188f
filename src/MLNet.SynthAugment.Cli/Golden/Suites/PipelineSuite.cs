using MLNet.SynthAugment.Cli.Golden.Pipelines;
using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.Pipelines;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Cli.Golden.Suites;

/// <summary>Whole runs of the pipelines, step by step, with the reference's own noise.</summary>
internal sealed class PipelineSuite : IGoldenSuite
{
    /// <inheritdoc/>
    public IEnumerable<GoldenCase> Cases(GoldenFolder folder) =>
        from list in folder.JsonLists("cases")
        from entry in list.Entries
        where PipelineCase.IsOne(entry)
        let run = new PipelineCase(folder, list.Root, entry)
        select new GoldenCase(run.Name, [list.File, run.File], checks => Check(run, checks)) { Float32Only = true };

    private static void Check(PipelineCase run, GoldenChecks checks)
    {
        using var model = PipelineModel.Load(run, checks);
        var conditioning = PipelineModel.Encode(model, run.Tensors, checks);
        switch (run.Kind)
        {
            case "t2i": TextToImage(run, model, conditioning, checks); break;
            case "img2img": ImageToImage(run, model, conditioning, checks); break;
            case "inpaint": Inpaint(run, model, conditioning, checks); break;
            case "upscale": Upscale(run, model, conditioning, checks); break;
            default: throw new NotSupportedException($"This runner does not know the kind of pipeline '{run.Kind}'.");
        }
    }

    private static void TextToImage(PipelineCase run, LatentDiffusionModel model, Conditioning conditioning, GoldenChecks checks)
    {
        var pipeline = new TextToImagePipeline(model, run.Scheduler("scheduler"));
        var comparisons = new PipelineChecks(run, pipeline, checks);
        var noise = new PipelineNoise(run.Tensors, model.Device, RequestNoise.Latents);
        var shape = run.Tensors.Shape("latents_in");
        var options = WithCommon(run, new SamplingOptions
        {
            Height = (int)(shape[2] * model.Vae.ScaleFactor),
            Width = (int)(shape[3] * model.Vae.ScaleFactor),
        });
        comparisons.Finish(pipeline.Sample(conditioning, noise.Get, options, comparisons.OnStep));
    }

    private static void ImageToImage(PipelineCase run, LatentDiffusionModel model, Conditioning conditioning, GoldenChecks checks)
    {
        var pipeline = new ImageToImagePipeline(model, run.Scheduler("scheduler"));
        var comparisons = new PipelineChecks(run, pipeline, checks);
        var noise = new PipelineNoise(run.Tensors, model.Device, ImageToImagePipeline.ImageStream, RequestNoise.Latents);
        var options = WithCommon(run, new ImageToImageOptions { Strength = run.Number("strength") ?? 1 });
        comparisons.Finish(pipeline.Sample(Image(run, checks), conditioning, noise.Get, options, comparisons.OnStep));
    }

    private static void Inpaint(PipelineCase run, LatentDiffusionModel model, Conditioning conditioning, GoldenChecks checks)
    {
        var pipeline = new InpaintPipeline(model, run.Scheduler("scheduler"));
        var comparisons = new PipelineChecks(run, pipeline, checks);
        var options = WithCommon(run, new InpaintOptions { Strength = run.Number("strength") ?? 1 });
        // The reference always draws for the masked image, and for the image unless an inpainting UNet has no use for it.
        string[] streams = [ImageToImagePipeline.ImageStream, RequestNoise.Latents, InpaintPipeline.MaskedImageStream];
        var noise = new PipelineNoise(run.Tensors, model.Device, pipeline.ShowsMaskToUNet && options.Strength == 1 ? streams[1..] : streams);
        if (!pipeline.ShowsMaskToUNet)
            noise.PassOver(InpaintPipeline.MaskedImageStream);
        var mask = run.Tensors["mask"].to(model.Device);
        comparisons.Finish(pipeline.Sample(Image(run, checks), mask, conditioning, noise.Get, options, comparisons.OnStep));
    }

    private static void Upscale(PipelineCase run, LatentDiffusionModel model, Conditioning conditioning, GoldenChecks checks)
    {
        var pipeline = new UpscalePipeline(model, run.Scheduler("scheduler"), run.Scheduler("low_res_scheduler"));
        var comparisons = new PipelineChecks(run, pipeline, checks);
        var noise = new PipelineNoise(run.Tensors, model.Device, UpscalePipeline.LowResolutionStream, RequestNoise.Latents);
        var options = WithCommon(run, new UpscaleOptions { NoiseLevel = run.WholeNumber("noise_level") ?? 0 });
        comparisons.Finish(pipeline.Sample(Image(run, checks), conditioning, noise.Get, options, comparisons.OnStep));
    }

    private static TOptions WithCommon<TOptions>(PipelineCase run, TOptions options) where TOptions : SamplingOptions => options with
    {
        Steps = run.Steps,
        GuidanceScale = run.Number("guidance_scale") ?? 1,
        GuidanceRescale = run.Number("guidance_rescale") ?? 0,
    };

    private static Tensor Image(PipelineCase run, GoldenChecks checks) => run.Tensors["image01"].to(checks.Device) * 2 - 1;
}
