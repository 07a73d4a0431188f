using MLNet.SynthAugment.Diffusion.Images;
using MLNet.SynthAugment.Diffusion.ImageSets;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Diffusion.Tests.ImageSets;

/// <summary>Images and names of classes from which nobody can learn what they should.</summary>
public sealed class TeachingFaultTests
{
    private static LabelledPixels Drawing(string className, string name, int seed)
    {
        using var image = TestImages.Pattern(8, 6, seed);
        return LabelledPixels.Of(className, name, image);
    }

    private static LabelledPixels Blank(string className, string name, byte level, int width = 8)
    {
        using var image = new Image<Rgb24>(width, 6, new Rgb24(level, 20, 30));
        return LabelledPixels.Of(className, name, image);
    }

    [Fact]
    public void Sound_images_have_none() =>
        Assert.Empty(TeachingFaults.OfImages(
            [Drawing("cat", "1.png", 1), Drawing("cat", "2.png", 2), Drawing("dog", "1.png", 3)]));

    [Fact]
    public void Identical_images_of_a_class() =>
        Assert.Equal(
            ["3 of the 4 images of class 'cat' are identical and teach no more than one: 1.png, 2.png, 4.png."],
            TeachingFaults.OfImages(
                [Drawing("cat", "1.png", 1), Drawing("cat", "2.png", 1), Drawing("cat", "3.png", 2),
                Drawing("cat", "4.png", 1), Drawing("dog", "5.png", 3)]));

    [Fact]
    public void Images_of_one_colour() =>
        Assert.Equal(
            ["1 of the 2 images of class 'cat' is of one colour and shows nothing: 1.png.",
            "2 of the 2 images of class 'dog' are of one colour and show nothing: 3.png, 4.png."],
            TeachingFaults.OfImages(
                [Blank("cat", "1.png", 0), Drawing("cat", "2.png", 2), Blank("dog", "3.png", 5),
                Blank("dog", "4.png", 255)]));

    [Fact]
    public void One_pixel_is_a_drawing_and_another_size_another_picture()
    {
        using var image = new Image<Rgb24>(8, 6);
        image[7, 5] = new Rgb24(0, 0, 1);
        Assert.False(PixelContent.IsOneColour(image));
        Assert.NotEqual(Blank("cat", "1.png", 9).Hash, Blank("cat", "2.png", 9, width: 6).Hash);
    }

    [Fact]
    public void One_picture_in_several_classes() =>
        Assert.Equal(
            ["The same picture is in 2 classes, of which at most one can be right: 'cat', 'dog'. It is 1.png, 3.png."],
            TeachingFaults.OfImages(
                [Drawing("cat", "1.png", 1), Drawing("cat", "2.png", 2), Drawing("dog", "3.png", 1),
                Drawing("owl", "4.png", 4)]));

    [Fact]
    public void Of_many_names_the_first_are_shown() =>
        Assert.Equal(
            ["7 of the 7 images of class 'cat' are identical and teach no more than one: 0, 1, 2, 3, 4 and 2 more."],
            TeachingFaults.OfImages([.. Enumerable.Range(0, 7).Select(i => Drawing("cat", $"{i}", 1))]));

    [Theory]
    [InlineData("Cat", "cat", "")]
    [InlineData("Éclair", "e\u0301clair", " (U+0065 U+0301 U+0063 U+006C U+0061 U+0069 U+0072)")]
    [InlineData("caf\u00e9", "cafe\u0301", " (U+0063 U+0061 U+0066 U+0065 U+0301)")]
    [InlineData("\uAC00", "\u1100\u1161", " (U+1100 U+1161)")]
    [InlineData("Ünder", "ünder", "")]
    [InlineData("grey cat", "grey  cat ", "")]
    public void Names_that_readers_take_for_the_same(string first, string second, string codePoints) =>
        Assert.Equal(
            [$"Classes '{first}' and '{second}' have names that differ only in letter case, spaces or Unicode form: '{first}' and '{second}'{codePoints}. If they are one class, give them one label."],
            TeachingFaults.OfNames([(first, first), ("other", "other"), (second, second)]));

    [Fact]
    public void One_name_of_several_labels() =>
        Assert.Equal(
            ["Classes 'n1', 'n2' and 'n4' have the same name, 'dog': no prompt can tell them apart."],
            TeachingFaults.OfNames([("n1", "dog"), ("n2", "dog"), ("n3", "cat"), ("n4", "dog")]));

    [Theory]
    [InlineData("cat", "cats")]
    [InlineData("e", "é")]
    [InlineData("grey cat", "greycat")]
    public void Other_names_are_other_names(string first, string second) =>
        Assert.Empty(TeachingFaults.OfNames([(first, first), (second, second)]));
}
