using MLNet.SynthAugment.Diffusion.Images;
using MLNet.SynthAugment.Logging;
using SixLabors.ImageSharp;

namespace MLNet.SynthAugment.FewShot;

/// <summary>How many images were read, and how many of them left a choice.</summary>
/// <param name="Read">All of them.</param>
/// <param name="Oriented">Those whose file carries an EXIF orientation other than upright.</param>
/// <param name="Transparent">Those with pixels that are not opaque.</param>
internal readonly record struct ImageCounts(int Read, int Oriented, int Transparent)
{
    /// <summary>What was done about them, a sentence for each choice that there was.</summary>
    public IEnumerable<string> Describe(ImageReading reading)
    {
        if (Oriented > 0)
            yield return DescribeOrientation(reading) + ".";
        if (Transparent > 0)
            yield return DescribeGround(reading) + ".";
    }

    /// <summary>
    /// Tells it of shots, whose synthetic images come as they do, beside what ML.NET shows a classifier of real rows.
    /// </summary>
    public void Tell(ImageReading reading, SynthesisLog log)
    {
        if (Oriented > 0 && reading.Orientation == ImageOrientation.AsStored)
        {
            log.Warn($"{DescribeOrientation(reading)}, as ML.NET's LoadImages reads them, and the synthetic images lie "
                + "as they do. If what reads your images turns them, set Options.ImageOrientation to Upright; "
                + "otherwise save them upright, which is better to learn from.");
        }
        else if (Oriented > 0)
        {
            log.Info($"{DescribeOrientation(reading)}, and so are the synthetic images. ML.NET's LoadImages does not "
                + "turn images: read the real ones with something that does.");
        }
        if (Transparent > 0 && reading.GroundName == ImageReading.NameOf(Color.Black))
        {
            log.Info($"{DescribeGround(reading)}, as ML.NET's ExtractPixels shows them.");
        }
        else if (Transparent > 0)
        {
            log.Warn($"{DescribeGround(reading)}, and the synthetic images have that ground. ML.NET's ExtractPixels "
                + "shows a classifier black in the places of real rows: save the images on one colour, "
                + "or set Options.ImageGround to black.");
        }
    }

    private string DescribeOrientation(ImageReading reading)
    {
        var done = reading.Orientation == ImageOrientation.Upright
            ? "turned upright"
            : "read as they are stored, not turned";
        return $"{Oriented} of {Read} images carry an EXIF orientation and are {done}";
    }

    private string DescribeGround(ImageReading reading) =>
        $"{Transparent} of {Read} images are transparent in places and are composed on {reading.GroundName}";
}
