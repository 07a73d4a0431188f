using FewShotAccuracy.Images;
using FewShotAccuracy.Reports;
using MLNet.SynthAugment.Reports;
using MLNet.SynthAugment.Tests.Support;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Tests.Samples;

public sealed class ContactSheetTests : IDisposable
{
    private static readonly Rgb24 s_red = new(255, 0, 0);
    private static readonly Rgb24 s_green = new(0, 255, 0);
    private static readonly Rgb24 s_blue = new(0, 0, 255);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_row_is_a_class_with_real_images_left_of_the_gap_and_synthetic_ones_right()
    {
        const int step = ContactSheet.Cell + ContactSheet.Margin, left = ContactSheet.Margin, half = ContactSheet.Cell / 2;
        ImageRow[] real = [Row("b", s_green), Row("a", s_red), Row("a", s_red)];
        ImageRow[] synthetic = [Row("a", s_blue), Row("a", s_blue), Row("a", s_blue), Row("b", s_blue)];
        using var sheet = ContactSheets.Draw(real, synthetic, columns: 2);
        Assert.Equal(left + (2 * step) + ContactSheet.Gap + (2 * step), sheet.Width);
        Assert.Equal(left + (2 * step), sheet.Height);
        var right = left + (2 * step) + ContactSheet.Gap;
        Assert.Equal(s_red, sheet[left + half, left + half]);
        Assert.Equal(s_red, sheet[left + step + half, left + half]);
        Assert.Equal(s_green, sheet[left + half, left + step + half]);
        Assert.Equal(s_blue, sheet[right, left]);
        Assert.Equal(s_blue, sheet[right + step + half, left + half]);
        Assert.Equal(s_blue, sheet[right + half, left + step + half]);
        // Paper in the gap and where class b has no second image.
        var paper = sheet[right - (ContactSheet.Gap / 2), half];
        Assert.DoesNotContain(paper, new[] { s_red, s_green, s_blue });
        Assert.Equal(paper, sheet[left + step + half, left + step + half]);
        Assert.Equal(paper, sheet[right + step + half, left + step + half]);
    }

    private ImageRow Row(string label, Rgb24 colour)
    {
        var file = _folder.File($"{Guid.NewGuid():N}.png");
        using var image = new Image<Rgb24>(10, 14, colour);
        image.SaveAsPng(file);
        return new ImageRow { ImagePath = file, Label = label };
    }
}
