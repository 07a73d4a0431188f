using MLNet.SynthAugment.Diffusion.Images;
using MLNet.SynthAugment.Diffusion.ImageSets;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;
using SixLabors.ImageSharp.Processing.Processors.Transforms;
using F = TorchSharp.torch.nn.functional;

namespace MLNet.SynthAugment.Golden.Suites;

/// <summary>
/// Image decoding, resizing, cropping and normalising, against Pillow and torchvision; one level of tolerance.
/// </summary>
internal sealed class ImageSuite : IGoldenSuite
{
    private const string Source = ".image_u8_hwc";
    private const string Interpolate = "torch_interpolate_";
    private const double InterpolationTolerance = 1e-5;
    private const double OneLevel = 1;
    private const double OneLevelOfHalfRange = 1 / 127.5 + 1e-6;

    /// <inheritdoc/>
    public IEnumerable<GoldenCase> Cases(GoldenFolder folder)
    {
        if (folder.ModelClass is not null)
            yield break;
        foreach (var file in folder.Files.Where(file => file.EndsWith(".safetensors", StringComparison.Ordinal)))
        {
            var golden = folder.Tensors(file);
            foreach (var name in golden.Names.Where(name => name.EndsWith(Source, StringComparison.Ordinal))
                .Select(name => name[..^Source.Length]))
            {
                var picture = $"image_{name}.png";
                if (folder.Has(picture))
                    yield return new GoldenCase(
                        $"{name} decoding", [file, picture],
                        checks => CheckDecoding(folder.Resolve(picture), golden[name + Source], checks));
                yield return new GoldenCase(
                    $"{name} resizing", [file], checks => new Resizing(name, golden, checks).Check());
            }
        }
    }

    private static void CheckDecoding(string path, Tensor expected, GoldenChecks checks)
    {
        if (!BoundedImageDecoder.Default.TryDecode(File.ReadAllBytes(path), out var image, out var reason))
        {
            checks.Fail("image_u8_hwc", 0, reason);
            return;
        }
        using (image)
            checks.Close("image_u8_hwc", expected, Bytes(image), tolerance: 0);
    }

    private static Tensor Bytes(Image<Rgb24> image)
    {
        var bytes = new byte[image.Width * image.Height * 3];
        image.CopyPixelDataTo(bytes);
        return tensor(bytes).reshape(image.Height, image.Width, 3);
    }

    private sealed class Resizing(string name, GoldenTensors golden, GoldenChecks checks)
    {
        public void Check()
        {
            using var image = Picture();
            Bicubic(image);
            Squash(image);
            foreach (var key in golden.Names.Where(
                key => key.StartsWith($"{name}.vae_processor_lanczos", StringComparison.Ordinal))
                .Select(key => key[(name.Length + 1)..]))
                ResizeTo(image, key, KnownResamplers.Lanczos3);
            if (golden.Has($"{name}.bilinear_resize_center_crop_norm05"))
                BilinearCrop(image);
            ClipPreprocessing(image, "clip", CropOffset.RoundHalfToEven);
            ClipPreprocessing(image, "hf", CropOffset.RoundDown);
            foreach (var key in golden.Names.Where(
                key => key.StartsWith($"{name}.{Interpolate}", StringComparison.Ordinal))
                .Select(key => key[(name.Length + 1)..]))
                Interpolation(key);
        }

        // torch's own resizing of the float image; the name says the mode.
        private void Interpolation(string key)
        {
            var expected = golden[$"{name}.{key}"];
            var image = golden[name + Source].permute(2, 0, 1).unsqueeze(0)
                .to(ScalarType.Float32) / Kept(byte.MaxValue);
            var size = expected.shape[1..];
            if (key.StartsWith(Interpolate + "nearest", StringComparison.Ordinal))
                checks.Close(key, expected, F.interpolate(image, size)[0], tolerance: 0);
            else if (key.StartsWith(Interpolate + "bicubic", StringComparison.Ordinal))
                checks.Close(key, expected, Interpolated(image, size, key.Contains("antialias"))[0],
                    InterpolationTolerance);
            else
                checks.Fail(key, 0, "no such interpolation");
        }

        private static Tensor Interpolated(Tensor image, long[] size, bool antialias) =>
            F.interpolate(image, size, mode: InterpolationMode.Bicubic, align_corners: false, antialias: antialias);

        private Image<Rgb24> Picture()
        {
            using var scope = NewDisposeScope();
            var source = golden[name + Source];
            return Image.LoadPixelData<Rgb24>(
                source.ToArray<byte>().AsSpan(), (int)source.shape[1], (int)source.shape[0]);
        }

        private void Bicubic(Image<Rgb24> image)
        {
            if (golden.Find($"{name}.clip_resized_u8_hwc") is not { } expected)
                return;
            var edge = (int)Math.Min(expected.shape[0], expected.shape[1]);
            using var resized = ImageResizing.ResizeShortestEdge(image, edge, KnownResamplers.Bicubic);
            checks.Close("clip_resized_u8_hwc", expected, Bytes(resized), OneLevel);
        }

        // Resizing and cropping as OpenAI's code does it ("clip") and as transformers does ("hf"): they cut odd borders
        // differently.
        private void ClipPreprocessing(Image<Rgb24> image, string kind, CropOffset offset)
        {
            if (golden.Find($"{name}.{kind}_cropped_u8_hwc") is not { } expected)
                return;
            var (height, width) = ((int)expected.shape[0], (int)expected.shape[1]);
            var processor = new ClipImageProcessor
            { Resize = new ClipResize(Math.Min(height, width)), Crop = (height, width), CropOffset = offset };
            using var cropped = processor.ResizeAndCrop(image);
            checks.Close($"{kind}_cropped_u8_hwc", expected, Bytes(cropped), OneLevel);
            if (golden.Find($"{name}.{kind}_normalised") is { } normalised)
                checks.Close($"{kind}_normalised", normalised, processor.Preprocess([image])[0],
                    1 / (255 * processor.ImageStd.Min()) + 1e-6);
        }

        private void Squash(Image<Rgb24> image)
        {
            if (golden.Find($"{name}.bicubic_squash_u8_hwc") is { } expected)
            {
                using var squashed = ImageResizing.Resize(
                    image, (int)expected.shape[1], (int)expected.shape[0], KnownResamplers.Bicubic);
                checks.Close("bicubic_squash_u8_hwc", expected, Bytes(squashed), OneLevel);
            }
            if (golden.Has($"{name}.bicubic_squash_pm1"))
                ResizeTo(image, "bicubic_squash_pm1", KnownResamplers.Bicubic);
        }

        private void ResizeTo(Image<Rgb24> image, string key, IResampler sampler)
        {
            var expected = golden[$"{name}.{key}"];
            using var resized = ImageResizing.Resize(image, (int)expected.shape[2], (int)expected.shape[1], sampler);
            checks.Close(key, expected, ImageTensors.ToTensor([resized])[0], OneLevelOfHalfRange);
        }

        private void BilinearCrop(Image<Rgb24> image)
        {
            const string key = "bilinear_resize_center_crop_norm05";
            var expected = golden[$"{name}.{key}"];
            var (height, width) = ((int)expected.shape[1], (int)expected.shape[2]);
            using var resized =
                ImageResizing.ResizeShortestEdge(image, Math.Min(height, width), KnownResamplers.Triangle);
            using var cropped = ImageResizing.CenterCrop(resized, width, height);
            checks.Close(key, expected, ImageTensors.ToTensor([cropped])[0], OneLevelOfHalfRange);
        }
    }
}
