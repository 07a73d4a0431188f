using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Diffusion.Schedulers;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Diffusion.Tests.Pipelines;

/// <summary>
/// All pipelines by one name each, with the tiny model that each works with and images made from patterns.
/// </summary>
internal static class AnyPipeline
{
    public const string TextToImage = "text to image";
    public const string TextToImageXl = "text to image, SDXL";
    public const string TextToImageTaesd = "text to image, AutoencoderTiny";
    public const string ImageToImage = "image to image";
    public const string Inpaint = "inpaint, 9 channels";
    public const string InpaintPlain = "inpaint, 4 channels";
    public const string Upscale = "upscale";
    public const string ImageVariation = "image variation";
    public const string ImageVariationWithLatents = "image variation, image latents joined";
    public const string InstructPix2Pix = "image variation, InstructPix2Pix";
    public const string TextToImageUnClip = "text to image, image conditions dropped";

    public const int Steps = 4;

    public static IReadOnlyList<string> All { get; } =
        [TextToImage, TextToImageXl, TextToImageTaesd, ImageToImage, Inpaint, InpaintPlain, Upscale, ImageVariation,
        ImageVariationWithLatents, InstructPix2Pix, TextToImageUnClip];

    public static string ModelKind(string pipeline) => pipeline switch
    {
        TextToImageXl => TinyModelKinds.Xl,
        TextToImageTaesd => TinyModelKinds.Taesd,
        Inpaint => TinyModelKinds.Inpaint,
        Upscale => TinyModelKinds.Upscaler,
        ImageVariation => TinyModelKinds.UnClip,
        ImageVariationWithLatents or TextToImageUnClip => TinyModelKinds.UnClipWithLatents,
        InstructPix2Pix => TinyModelKinds.InstructPix2Pix,
        _ => TinyModelKinds.StableDiffusion1,
    };

    /// <summary>Makes the images of some indices, with noise in every step.</summary>
    public static IReadOnlyList<Image<Rgb24>> Generate(
        string pipeline, LatentDiffusionModel model, IEnumerable<int> indices,
        IProgress<SamplingProgress>? progress = null, Action<SamplingStep>? onStep = null,
            CancellationToken token = default)
    {
        var scheduler = new DdimScheduler(model.SchedulerConfig, eta: 0.5);
        var inputs = indices.Select(
            index => (Index: index, Prompt: index % 2 == 0
            ? "a cat" : "dog", Image: TestImages.Pattern(16, 12, index), Mask: HalfMask(16, 12))).ToList();
        try
        {
            return pipeline switch
            {
                ImageToImage => new ImageToImagePipeline(model, scheduler).Generate(
                    [.. inputs.Select(input =>
                    new ImageToImageRequest(input.Prompt, input.Image, new NoiseKey(7, "c", input.Index)))],
                    new ImageToImageOptions
                    { Steps = Steps, Strength = 1, GuidanceScale = 2 }, progress, onStep, token),
                Inpaint or InpaintPlain => new InpaintPipeline(model, scheduler).Generate(
                    [.. inputs.Select(input =>
                    new InpaintRequest(input.Prompt, input.Image, input.Mask, new NoiseKey(7, "c", input.Index)))],
                    new InpaintOptions { Steps = Steps, GuidanceScale = 2 }, progress, onStep, token),
                Upscale => new UpscalePipeline(model, scheduler).Generate(
                    [.. inputs.Select(input =>
                    new UpscaleRequest(input.Prompt, input.Image, new NoiseKey(7, "c", input.Index)))],
                    new UpscaleOptions { Steps = Steps, GuidanceScale = 2 }, progress, onStep, token),
                ImageVariation or ImageVariationWithLatents or InstructPix2Pix =>
                    new ImageVariationPipeline(model, scheduler).Generate(
                    [.. inputs.Select(input => new ImageVariationRequest(input.Image, new NoiseKey(7, "c", input.Index))
                    { Prompt = input.Prompt })],
                    new ImageVariationOptions
                    {
                        Steps = Steps,
                        GuidanceScale = 2,
                        ImageGuidanceScale = pipeline == ImageVariation
                        ? null : 1.5,
                        ImageNoiseLevel = 100
                    }, progress, onStep, token),
                _ => new TextToImagePipeline(model, scheduler).Generate(
                    [.. inputs.Select(input => new ImageRequest(input.Prompt, new NoiseKey(7, "c", input.Index)))],
                    new SamplingOptions { Steps = Steps, GuidanceScale = 2 }, progress, onStep, token),
            };
        }
        finally
        {
            foreach (var input in inputs)
            {
                input.Image.Dispose();
                input.Mask.Dispose();
            }
        }
    }

    /// <summary>White on the right.</summary>
    public static Image<Rgb24> HalfMask(int width, int height)
    {
        var pixels = Enumerable.Range(0, width * height)
            .Select(i => i % width < width / 2 ? new Rgb24(0, 0, 0) : new Rgb24(255, 255, 255)).ToArray();
        return Image.LoadPixelData<Rgb24>(pixels, width, height);
    }
}
