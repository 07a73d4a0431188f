using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.TestSupport;

/// <summary>Small images with a pattern that differs by seed.</summary>
internal static class TestImages
{
    /// <summary>8×8 red pixels, four channels, as Adobe's programs write them; in base 64.</summary>
    public const string CmykJpeg =
        "/9j/7gAOQWRvYmUAZAAAAAAC/9sAQwAQCwwODAoQDg0OEhEQExgoGhgWFhgxIyUdKDozPTw5Mzg3QEhcTkBEV0U3OFBtUVdfYmdoZz5NcXlwZHhcZWdj/9sAQwEREhIYFRgvGhovY0I4QmNjY2NjY2NjY2Nj"
        + "Y2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2Nj/8AAFAgACAAIBAEiAAIRAQMRAQQiAP/EABYAAQEBAAAAAAAAAAAAAAAAAAAFB//EABQQAQAAAAAAAAAAAAAAAAAAAAD/xAAVAQEBAAAAAAAA"
        + "AAAAAAAAAAAFBv/EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAOBAEAAhEDEQQAAD8AtAFEG0AB/9k=";

    public static Image<Rgb24> Pattern(int width, int height, int seed)
    {
        var pixels = new Rgb24[width * height];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (x, y) = (i % width, i / width);
            pixels[i] = new Rgb24((byte)(x * 9 + seed * 40), (byte)(y * 7 + x * seed),
                (byte)(x / 4 % 2 == y / 4 % 2 ? 230 : 20));
        }
        return Image.LoadPixelData<Rgb24>(pixels, width, height);
    }

    /// <summary>
    /// Fails if a value differs by more than one level of 255: rounding of equal arithmetic in another order.
    /// </summary>
    public static void AssertClose(byte[] expected, byte[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.First - pair.Second, -1, 1));
    }

    public static byte[] Bytes(Image<Rgb24> image)
    {
        var bytes = new byte[image.Width * image.Height * 3];
        image.CopyPixelDataTo(bytes);
        return bytes;
    }
}
