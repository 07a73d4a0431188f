using System.Numerics;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace StandIns.Tests.ImageSharp;

public class ProcessingTests
{
    [Theory]
    [InlineData(0, 50, 50, 50)]
    [InlineData(50, 0, 50, 50)]
    [InlineData(20, 30, 20, 30)]
    public void A_side_of_zero_follows_the_other(int width, int height, int expectedWidth, int expectedHeight)
    {
        using var image = new Image<Rgb24>(100, 100);
        using var resized = image.Clone(context => context.Resize(width, height));
        Assert.Equal(new Size(expectedWidth, expectedHeight), resized.Size);
        Assert.Equal(new Size(100, 100), image.Size);
        Assert.Throws<InvalidOperationException>(() => image.Mutate(context => context.Resize(0, 0)));
    }

    [Theory]
    [InlineData(ResizeMode.Crop, 100, 60, 30, 30, 30, 30)]
    [InlineData(ResizeMode.Stretch, 100, 60, 30, 30, 30, 30)]
    [InlineData(ResizeMode.Pad, 100, 60, 30, 30, 30, 30)]
    [InlineData(ResizeMode.Max, 100, 60, 30, 30, 30, 18)]
    [InlineData(ResizeMode.Max, 10, 6, 30, 30, 30, 18)]
    [InlineData(ResizeMode.Min, 100, 60, 30, 30, 50, 30)]
    [InlineData(ResizeMode.Min, 10, 6, 30, 30, 10, 6)]
    public void Modes_give_their_sizes(ResizeMode mode, int width, int height, int wantedWidth, int wantedHeight, int expectedWidth, int expectedHeight)
    {
        using var image = new Image<Rgb24>(width, height);
        image.Mutate(context => context.Resize(new ResizeOptions { Mode = mode, Size = new Size(wantedWidth, wantedHeight) }));
        Assert.Equal(new Size(expectedWidth, expectedHeight), image.Size);
    }

    [Fact]
    public void Padding_keeps_the_image_in_the_middle()
    {
        using var image = new Image<Rgb24>(4, 2, new Rgb24(9, 9, 9));
        image.Mutate(context => context.Pad(6, 6, Color.FromRgb(255, 0, 0)));
        Assert.Equal(new Rgb24(255, 0, 0), image[0, 0]);
        Assert.Equal(new Rgb24(9, 9, 9), image[1, 2]);
        Assert.Equal(new Rgb24(9, 9, 9), image[4, 3]);
        Assert.Equal(new Rgb24(255, 0, 0), image[4, 4]);
    }

    [Fact]
    public void Rotation_is_clockwise_and_flips_mirror()
    {
        using var image = Patterns.Colorful(5, 3);
        using var turned = image.Clone(context => context.Rotate(RotateMode.Rotate90));
        Assert.Equal(new Size(3, 5), turned.Size);
        Assert.Equal(image[0, 0], turned[2, 0]);
        Assert.Equal(image[4, 0], turned[2, 4]);
        using var flipped = image.Clone(context => context.Flip(FlipMode.Horizontal));
        Assert.Equal(image[0, 1], flipped[4, 1]);
        using var round = image.Clone(context => context.Rotate(RotateMode.Rotate270).RotateFlip(RotateMode.Rotate90, FlipMode.Vertical).Flip(FlipMode.Vertical));
        Assert.Equal(Patterns.PixelsOf(image), Patterns.PixelsOf(round));
    }

    [Fact]
    public void A_free_rotation_enlarges_the_canvas_and_leaves_black_corners()
    {
        using var image = new Image<Rgb24>(40, 20, new Rgb24(200, 100, 50));
        image.Mutate(context => context.Rotate(45f));
        Assert.InRange(image.Width, 41, 44);
        Assert.InRange(image.Height, 41, 44);
        Assert.Equal(default, image[0, 0]);
        Assert.Equal(new Rgb24(200, 100, 50), image[image.Width / 2, image.Height / 2]);
    }

    [Fact]
    public void A_shift_moves_pixels_by_whole_steps()
    {
        using var image = Patterns.Colorful(12, 9);
        var shift = Matrix3x2.CreateTranslation(3, 2);
        using var moved = image.Clone(context => context.Transform(image.Bounds, shift, image.Size, KnownResamplers.Bicubic));
        Assert.Equal(default, moved[2, 1]);
        for (var y = 2; y < 9; y++)
        {
            for (var x = 3; x < 12; x++)
                Assert.Equal(image[x - 3, y - 2], moved[x, y]);
        }
    }

    [Fact]
    public void Cropping_outside_is_an_error_that_keeps_the_steps_before_it()
    {
        using var image = Patterns.Colorful(20, 10);
        Assert.Throws<ArgumentException>(() => image.Mutate(context => context.Flip(FlipMode.Vertical).Crop(new Rectangle(15, 0, 10, 5))));
        using var original = Patterns.Colorful(20, 10);
        Assert.Equal(original[3, 9], image[3, 0]);
    }

    [Fact]
    public void Filters_do_what_they_say()
    {
        using var image = new Image<Rgb24>(2, 2, new Rgb24(100, 50, 200));
        Assert.Equal(new Rgb24(50, 25, 100), Filtered(image, context => context.Brightness(0.5f)));
        Assert.Equal(new Rgb24(155, 205, 55), Filtered(image, context => context.Invert()));
        Assert.Equal(new Rgb24(71, 71, 71), Filtered(image, context => context.Grayscale()));
        Assert.Equal(new Rgb24(100, 50, 200), Filtered(image, context => context.Saturate(1).Hue(0).Contrast(1).Lightness(1)));
        Assert.Equal(new Rgb24(128, 128, 128), Filtered(image, context => context.Contrast(0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Filtered(image, context => context.Contrast(-1)));
    }

    [Fact]
    public void Blur_spreads_a_point_and_keeps_its_sum()
    {
        using var image = new Image<Rgb24>(21, 21);
        image[10, 10] = new Rgb24(255, 255, 255);
        image.Mutate(context => context.GaussianBlur(1));
        // The peak of a two-dimensional Gaussian with a standard deviation of one pixel is 1 / (2 pi) of the sum.
        Assert.InRange(image[10, 10].R, 38, 43);
        Assert.InRange(Patterns.PixelsOf(image).Sum(pixel => pixel.R), 235, 275);
    }

    [Fact]
    public void Drawing_mixes_by_opacity_and_cuts_at_the_border()
    {
        using var image = new Image<Rgb24>(4, 4, new Rgb24(0, 0, 0));
        using var white = new Image<Rgb24>(3, 3, new Rgb24(255, 255, 255));
        image.Mutate(context => context.DrawImage(white, new Point(2, -1), 0.5f));
        Assert.Equal(new Rgb24(128, 128, 128), image[2, 0]);
        Assert.Equal(new Rgb24(0, 0, 0), image[1, 1]);
        Assert.Equal(new Rgb24(0, 0, 0), image[3, 2]);
    }

    [Fact]
    public void Transparent_colours_do_not_bleed_when_resized()
    {
        using var image = new Image<Rgba32>(8, 8, new Rgba32(0, 255, 0, 0));
        for (var y = 0; y < 8; y++)
        {
            for (var x = 0; x < 4; x++)
                image[x, y] = new Rgba32(255, 0, 0, 255);
        }
        image.Mutate(context => context.Resize(5, 5));
        Assert.All(Patterns.PixelsOf(image).Where(pixel => pixel.A > 0), pixel => Assert.Equal((255, 0, 0), (pixel.R, pixel.G, pixel.B)));
    }

    private static Rgb24 Filtered(Image<Rgb24> image, Action<IImageProcessingContext> filter)
    {
        using var filtered = image.Clone(filter);
        return filtered[1, 1];
    }
}
