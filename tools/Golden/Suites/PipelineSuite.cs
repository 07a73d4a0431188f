using MLNet.SynthAugment.Diffusion.Models;
using MLNet.SynthAugment.Golden.Pipelines;

namespace MLNet.SynthAugment.Golden.Suites;

/// <summary>Whole runs of the pipelines, step by step, with the reference's own noise.</summary>
internal sealed class PipelineSuite : IGoldenSuite
{
    private const double LabelTolerance = 1e-4;

    /// <inheritdoc/>
    public IEnumerable<GoldenCase> Cases(GoldenFolder folder) =>
        from list in folder.JsonLists("cases")
        from entry in list.Entries
        where PipelineCase.IsOne(entry)
        let run = new PipelineCase(folder, list.Root, entry)
        select new GoldenCase(run.Name, [list.File, run.File], checks => Check(run, checks)) { Float32Only = true };

    private static void Check(PipelineCase run, GoldenChecks checks)
    {
        using var model = PipelineModel.Load(run, checks, run.Kind == "unclip" ? UnClipParts(run, checks) : null);
        var conditioning = PipelineModel.Encode(model, run.Tensors, checks);
        switch (run.Kind)
        {
            case "t2i": TextToImage(run, model, conditioning, checks); break;
            case "img2img": ImageToImage(run, model, conditioning, checks); break;
            case "inpaint": Inpaint(run, model, conditioning, checks); break;
            case "upscale": Upscale(run, model, conditioning, checks); break;
            case "unclip": ImageVariation(run, model, conditioning, checks); break;
            default: throw new NotSupportedException($"This runner does not know the kind of pipeline '{run.Kind}'.");
        }
    }

    private static void TextToImage(
        PipelineCase run, LatentDiffusionModel model, Conditioning conditioning, GoldenChecks checks)
    {
        var pipeline = new TextToImagePipeline(model, run.Scheduler("scheduler"));
        var comparisons = new PipelineChecks(run, pipeline, checks);
        var noise = new PipelineNoise(run.Tensors, model.Device, RequestNoise.Latents);
        comparisons.Finish(pipeline.Sample(
            conditioning, noise.Get, WithSize(run, model, WithCommon(run, new SamplingOptions())), comparisons.OnStep));
    }

    private static void ImageToImage(
        PipelineCase run, LatentDiffusionModel model, Conditioning conditioning, GoldenChecks checks)
    {
        var pipeline = new ImageToImagePipeline(model, run.Scheduler("scheduler"));
        var comparisons = new PipelineChecks(run, pipeline, checks);
        var noise = new PipelineNoise(
            run.Tensors, model.Device, ImageToImagePipeline.ImageStream, RequestNoise.Latents);
        var options = WithCommon(run, new ImageToImageOptions { Strength = run.Number("strength", 1) });
        comparisons.Finish(pipeline.Sample(Image(run, checks), conditioning, noise.Get, options, comparisons.OnStep));
    }

    private static void Inpaint(
        PipelineCase run, LatentDiffusionModel model, Conditioning conditioning, GoldenChecks checks)
    {
        var pipeline = new InpaintPipeline(model, run.Scheduler("scheduler"));
        var comparisons = new PipelineChecks(run, pipeline, checks);
        var options = WithCommon(run, new InpaintOptions { Strength = run.Number("strength", 1) });
        // The reference always draws for the masked image, and for the image unless an inpainting UNet has no use for
        // it.
        string[] streams = [ImageToImagePipeline.ImageStream, RequestNoise.Latents, InpaintPipeline.MaskedImageStream];
        var noise = new PipelineNoise(
            run.Tensors, model.Device, pipeline.ShowsMaskToUNet && options.Strength == 1 ? streams[1..] : streams);
        if (!pipeline.ShowsMaskToUNet)
            noise.PassOver(InpaintPipeline.MaskedImageStream);
        var mask = run.Tensors["mask"].to(model.Device);
        comparisons.Finish(pipeline.Sample(
            Image(run, checks), mask, conditioning, noise.Get, options, comparisons.OnStep));
    }

    private static void Upscale(
        PipelineCase run, LatentDiffusionModel model, Conditioning conditioning, GoldenChecks checks)
    {
        var pipeline = new UpscalePipeline(model, run.Scheduler("scheduler"), run.Scheduler("low_res_scheduler"));
        var comparisons = new PipelineChecks(run, pipeline, checks);
        var noise = new PipelineNoise(
            run.Tensors, model.Device, UpscalePipeline.LowResolutionStream, RequestNoise.Latents);
        var options = WithCommon(run, new UpscaleOptions { NoiseLevel = run.NoiseLevel });
        comparisons.Finish(pipeline.Sample(Image(run, checks), conditioning, noise.Get, options, comparisons.OnStep));
    }

    private static void ImageVariation(
        PipelineCase run, LatentDiffusionModel model, Conditioning conditioning, GoldenChecks checks)
    {
        var pipeline = new ImageVariationPipeline(model, run.Scheduler("scheduler"));
        var comparisons = new PipelineChecks(run, pipeline, checks);
        var noise = new PipelineNoise(
            run.Tensors, model.Device, ImageConditioner.EmbeddingStream, RequestNoise.Latents);
        var options = WithSize(run, model,
            WithCommon(run, new ImageVariationOptions { ImageNoiseLevel = run.NoiseLevel }));
        var embeddings = run.Tensors["image_embeds"].to(model.Device);
        var embeddingNoise = noise.Get(ImageConditioner.EmbeddingStream, embeddings.shape[1..]);
        checks.Close("class_labels", run.Tensors["class_labels"], ClassLabels(options.ImageNoiseLevel), LabelTolerance);
        if (run.Tensors.Find("class_labels_level0") is { } levelZero)
            checks.Close("class_labels_level0", levelZero, ClassLabels(0), LabelTolerance);
        comparisons.Finish(pipeline.Sample(
            new ImageCondition { Embeddings = embeddings }, conditioning, noise.Get, options, comparisons.OnStep));

        Tensor ClassLabels(long level) =>
            new ImageConditioner(model).ClassLabels(
                embeddings, embeddingNoise, [.. Enumerable.Repeat(level, (int)embeddings.shape[0])]);
    }

    private static OptionalModelParts UnClipParts(PipelineCase run, GoldenChecks checks)
    {
        var normalizer = new StableUnClipImageNormalizer(run.Tensors.Shape("normalizer_mean")[1], checks.Device);
        foreach (var (name, parameter) in normalizer.named_parameters())
            parameter.copy_(run.Tensors["normalizer_" + name]);
        return new OptionalModelParts
        {
            ImageNormalizer = normalizer,
            ImageNoisingSchedulerConfig = run.Scheduler("image_noising_scheduler").Config
        };
    }

    private static TOptions WithSize<TOptions>(
        PipelineCase run, LatentDiffusionModel model, TOptions options) where TOptions : SamplingOptions
    {
        var shape = run.Tensors.Shape("latents_in");
        return options with
        {
            Height = (int)(shape[2] * model.Vae.ScaleFactor),
            Width = (int)(shape[3] * model.Vae.ScaleFactor)
        };
    }

    private static TOptions WithCommon<TOptions>(PipelineCase run, TOptions options) where TOptions : SamplingOptions =>
        options with
        {
            Steps = run.Steps,
            GuidanceScale = run.Number("guidance_scale", 1),
            GuidanceRescale = run.Number("guidance_rescale", 0),
        };

    private static Tensor Image(PipelineCase run, GoldenChecks checks) =>
        run.Tensors["image01"].to(checks.Device) * Kept(2) - Kept(1);
}
