using MLNet.SynthAugment.Diffusion.ImageSets;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Diffusion.Tests.ImageSets;

/// <summary>Shots that cannot teach what they should.</summary>
public sealed class ShotCheckTests
{
    private readonly ShotCheck _check = new();

    [Fact]
    public void ShotsThatCanTeachGiveNoWarning()
    {
        Add("cat", "1", 1);
        Add("cat", "2", 2);
        Add("dog", "3", 3);
        Assert.Empty(_check.Warnings());
    }

    [Fact]
    public void IdenticalShotsOneColourAndOnePictureInTwoClassesAreNamed()
    {
        Add("cat", "a.png", 1);
        Add("cat", "b.bmp", 1);
        Add("dog", "c.png", 2);
        Add("owl", "d.png", 2);
        using (var black = new Image<Rgb24>(6, 4))
            _check.Add("owl", "black.png", black);
        Assert.Equal(
        [
            "2 images of class 'cat' are the same picture, and teach no more than one: 'a.png', 'b.bmp'.",
            "One picture is in 2 classes, 'dog', 'owl', and teaches neither: 'c.png', 'd.png'.",
            "1 image of class 'owl' has a single colour: 'black.png'.",
        ], _check.Warnings());
    }

    [Fact]
    public void TheShapeIsPartOfAPicture()
    {
        using var wide = new Image<Rgb24>(6, 4);
        using var tall = new Image<Rgb24>(4, 6);
        wide[0, 0] = tall[0, 0] = new Rgb24(1, 2, 3);
        _check.Add("cat", "wide", wide);
        _check.Add("cat", "tall", tall);
        Assert.Empty(_check.Warnings());
    }

    [Theory]
    [InlineData("Café", "Cafe\u0301",
        "only by the Unicode form (NFC, NFD): 'Café', 'Cafe\u0301 (U+0043 U+0061 U+0066 U+0065 U+0301)'")]
    [InlineData("Äpfel", "äpfel", "only by letter case or blanks: 'Äpfel', 'äpfel'")]
    [InlineData("cat", "cat ", "only by letter case or blanks: 'cat', 'cat '")]
    public void NamesThatPeopleCannotTellApartAreNamed(string first, string second, string expected)
    {
        Add(first, "1", 1);
        Add(second, "2", 2);
        Add("dog", "3", 3);
        Assert.Contains(expected, Assert.Single(_check.Warnings()));
    }

    private void Add(string className, string name, byte number)
    {
        using var image = new Image<Rgb24>(6, 4, new Rgb24(number, 0, 0));
        image[2, 3] = new Rgb24(255, number, 0);
        _check.Add(className, name, image);
    }
}
