using FewShotAccuracy.Augmentation;
using MLNet.SynthAugment.Diffusion;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Tests.Samples;

public sealed class ClassicAugmentationTests
{
    private const int Side = 20;
    private const int Copies = 30;

    [Fact]
    public void Copies_differ_and_come_again_with_the_same_seed()
    {
        using var image = LeftHalfBlack();
        var copies = Apply(image, flip: false);
        Assert.Equal(copies, Apply(image, flip: false));
        Assert.Equal(Copies, copies.Distinct().Count());
    }

    [Fact]
    public void Without_flip_no_copy_is_mirrored_and_with_it_some_are()
    {
        using var image = LeftHalfBlack();
        Assert.All(Apply(image, flip: false), copy => Assert.True(LeftIsDarker(copy)));
        var mirrored = Apply(image, flip: true).Count(copy => !LeftIsDarker(copy));
        Assert.InRange(mirrored, 1, Copies - 1);
    }

    [Fact]
    public void An_even_image_stays_as_it_is()
    {
        using var image = new Image<Rgb24>(Side, Side, new Rgb24(10, 20, 30));
        using var copy = new ClassicAugmentation(flip: true).Apply(image, SeededRandom.Create(1, "even", 0, "test"));
        Assert.Equal(Bytes(image), Bytes(copy));
    }

    private static Image<Rgb24> LeftHalfBlack()
    {
        var image = new Image<Rgb24>(Side, Side, new Rgb24(255, 255, 255));
        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side / 2; x++)
                image[x, y] = default;
        }
        return image;
    }

    private static List<string> Apply(Image<Rgb24> image, bool flip)
    {
        var copies = new List<string>();
        for (var index = 0; index < Copies; index++)
        {
            using var copy = new ClassicAugmentation(flip).Apply(image, SeededRandom.Create(1, "half", index, "test"));
            copies.Add(Bytes(copy));
        }
        return copies;
    }

    private static string Bytes(Image<Rgb24> image)
    {
        var bytes = new byte[image.Width * image.Height * 3];
        image.CopyPixelDataTo(bytes);
        return Convert.ToHexString(bytes);
    }

    private static bool LeftIsDarker(string copy)
    {
        var bytes = Convert.FromHexString(copy);
        var (left, right) = (0, 0);
        for (var i = 0; i < bytes.Length; i++)
        {
            if (i / 3 % Side < Side / 2)
                left += bytes[i];
            else
                right += bytes[i];
        }
        return left < right;
    }
}
