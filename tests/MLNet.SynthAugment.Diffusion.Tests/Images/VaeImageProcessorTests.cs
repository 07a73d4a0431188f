using MLNet.SynthAugment.Diffusion.Images;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Images;

public class VaeImageProcessorTests
{
    private static readonly Rgb24 s_red = new(255, 0, 0), s_green = new(0, 255, 0);

    [Fact]
    public void Cropping_keeps_the_middle_and_the_aspect_ratio()
    {
        // Green in the middle third, as wide as the image is high.
        using var image = Image.LoadPixelData<Rgb24>([.. Enumerable.Range(0, 90 * 30).Select(i => i % 90 / 30 == 1 ? s_green : s_red)], 90, 30);
        using var cropped = VaeImageProcessor.Resize(image, 10, 10, ImageFit.Crop);
        Assert.Equal((10, 10), (cropped.Width, cropped.Height));
        Assert.All(Enumerable.Range(2, 6), x => AssertClose(s_green, cropped[x, 5]));
        using var stretched = VaeImageProcessor.Resize(image, 10, 10, ImageFit.Stretch);
        AssertClose(s_red, stretched[0, 5]);
        AssertClose(s_green, stretched[5, 5]);
        AssertClose(s_red, stretched[9, 5]);
    }

    [Theory]
    [InlineData(7, 5, 24, 16)]
    [InlineData(33, 100, 16, 24)]
    [InlineData(16, 24, 16, 24)]
    public void Every_size_can_be_reached_by_cropping(int width, int height, int toWidth, int toHeight)
    {
        using var image = TestImages.Pattern(width, height, 1);
        using var resized = VaeImageProcessor.Resize(image, toHeight, toWidth, ImageFit.Crop);
        Assert.Equal((toWidth, toHeight), (resized.Width, resized.Height));
    }

    [Fact]
    public void A_mask_is_the_grey_level_rounded_at_half()
    {
        using var scope = NewDisposeScope();
        // The grey levels are 76, 150, 29 and 128.
        using var mask = Image.LoadPixelData<Rgb24>([s_red, s_green, new(0, 0, 255), new(128, 128, 128)], 4, 1);
        var values = new VaeImageProcessor(1).ToMask([mask]);
        Assert.Equal([1, 1, 1, 4], values.shape);
        Assert.Equal([0f, 1, 0, 1], values.data<float>().ToArray());
    }

    // Lanczos' kernel rings beside an edge.
    private static void AssertClose(Rgb24 expected, Rgb24 actual)
    {
        Assert.InRange(actual.R, expected.R - 40, expected.R + 40);
        Assert.InRange(actual.G, expected.G - 40, expected.G + 40);
        Assert.InRange(actual.B, expected.B - 40, expected.B + 40);
    }
}
