using MLNet.SynthAugment.Diffusion.Images;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace MLNet.SynthAugment.Diffusion.Tests.Images;

/// <summary>Images of every shape, up to lines of pixels that would grow to gigabytes.</summary>
public sealed class ImageResizingTests
{
    private static readonly Rgb24 s_red = new(255, 0, 0), s_blue = new(0, 0, 255);

    [Theory]
    [InlineData(1, 300, 512, 4096)]
    [InlineData(300, 1, 4096, 512)]
    [InlineData(1, 60_000, 512, 4096)]
    [InlineData(60_000, 1, 4096, 512)]
    [InlineData(1, 1, 512, 512)]
    [InlineData(2, 19, 512, 4096)]
    public void Of_an_image_beyond_the_largest_aspect_ratio_the_middle_is_resized(
        int width, int height, int newWidth, int newHeight)
    {
        // Red in the middle pixels.
        using var image = Image.LoadPixelData<Rgb24>([.. Enumerable.Range(0, width * height).Select(i => Math.Abs(i - width * height / 2) <= 16 ? s_red : s_blue)], width, height);
        using var resized = ImageResizing.ResizeShortestEdge(image, 512, KnownResamplers.Triangle);
        Assert.Equal((newWidth, newHeight), (resized.Width, resized.Height));
        Assert.Equal(s_red, resized[newWidth / 2, newHeight / 2]);
    }

    [Theory]
    [InlineData(5, 40, 8, 64)]
    [InlineData(41, 6, 54, 8)]
    public void Others_are_resized_as_they_are(int width, int height, int newWidth, int newHeight)
    {
        using var image = TestImages.Pattern(width, height, 1);
        using var expected = image.Clone(context => context.Resize(newWidth, height, KnownResamplers.Bicubic).Resize(newWidth, newHeight, KnownResamplers.Bicubic));
        using var resized = ImageResizing.ResizeShortestEdge(image, 8, KnownResamplers.Bicubic);
        Assert.Equal(TestImages.Bytes(expected), TestImages.Bytes(resized));
    }

    [Theory]
    [InlineData(ImageFit.Crop, 2_000_000)]
    [InlineData(ImageFit.Stretch, 2_000_000)]
    public void A_line_of_many_pixels_becomes_a_square_without_growing_on_the_way(ImageFit fit, int length)
    {
        using var image = new Image<Rgb24>(1, length, s_red);
        var peak = ResidentMemory.PeakDuring(() =>
        {
            using var square = VaeImageProcessor.Resize(image, 512, 512, fit);
            Assert.Equal((512, 512, s_red), (square.Width, square.Height, square[256, 256]));
        });
        Assert.InRange(peak, 0, 200e6);
    }
}
