using MLNet.SynthAugment.ApiChecking;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;
using SixLabors.ImageSharp.Processing.Processors.Transforms;

namespace StandIns.Tests.ImageSharp;

/// <summary>Two resizes, width first, then height, agree with Pillow within one level.</summary>
public class ResizeGoldenTests
{
    private const int Tolerance = 1;

    [SharedTheory]
    [InlineData("a", 43, 32)]
    [InlineData("b", 32, 51)]
    [InlineData("c", 32, 38)]
    public void Bicubic_to_the_shortest_edge(string image, int width, int height) =>
        AssertClose(GoldenImages.Bytes($"{image}.clip_resized_u8_hwc"), Resized(image, width, height, KnownResamplers.Bicubic));

    [SharedTheory]
    [InlineData("a")]
    [InlineData("b")]
    [InlineData("c")]
    public void Bicubic_without_the_aspect(string image) =>
        AssertClose(GoldenImages.Bytes($"{image}.bicubic_squash_u8_hwc"), Resized(image, 32, 32, KnownResamplers.Bicubic));

    [SharedTheory]
    [InlineData("a")]
    [InlineData("b")]
    [InlineData("c")]
    public void Lanczos(string image) =>
        AssertClose(GoldenImages.PlanarFloatsAsBytes($"{image}.vae_processor_lanczos_h32_w48"), Resized(image, 48, 32, KnownResamplers.Lanczos3));

    [SharedTheory]
    [InlineData("a", 43, 32, 6, 0)]
    [InlineData("b", 32, 51, 0, 10)]
    [InlineData("c", 32, 38, 0, 3)]
    public void Bilinear_and_centre_crop(string image, int width, int height, int x, int y)
    {
        using var resized = Resized(image, width, height, KnownResamplers.Triangle);
        resized.Mutate(context => context.Crop(new Rectangle(x, y, 32, 32)));
        AssertClose(GoldenImages.PlanarFloatsAsBytes($"{image}.bilinear_resize_center_crop_norm05"), resized);
    }

    private static Image<Rgb24> Resized(string image, int width, int height, IResampler sampler)
    {
        using var source = Image.Load<Rgb24>(GoldenImages.PathOf(image));
        return source.Clone(context => context.Resize(width, source.Height, sampler).Resize(width, height, sampler));
    }

    private static void AssertClose(byte[] expected, Image<Rgb24> actual)
    {
        var samples = new byte[actual.Width * actual.Height * 3];
        actual.CopyPixelDataTo(samples);
        Assert.Equal(expected.Length, samples.Length);
        var worst = expected.Zip(samples, (e, a) => Math.Abs(e - a)).Max();
        Assert.True(worst <= Tolerance, $"The largest difference is {worst} levels.");
    }
}
