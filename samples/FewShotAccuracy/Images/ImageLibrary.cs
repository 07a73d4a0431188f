using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MLNet.SynthAugment.Diffusion.ImageSets;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace FewShotAccuracy.Images;

/// <summary>
/// Writes the images of a set to a folder, once, as upright 8-bit PNG files: whatever format the set has, every arm and
/// every decoder then sees the same pixels. An image that cannot be read is named and left out.
/// </summary>
internal sealed class ImageLibrary(string folder, Action<string> log)
{
    /// <summary>The longest short side kept: what the largest of the diffusion models here works on.</summary>
    private const int LongestShortSide = 512;

    // An image from a 1-bit file would otherwise be written as a 1-bit file again.
    private static readonly PngEncoder s_encoder = new() { ColorType = PngColorType.Rgb, BitDepth = PngBitDepth.Bit8 };

    public IReadOnlyList<LabelledImage> Add(ImageSetLocation location, CancellationToken cancellation)
    {
        var images = new List<LabelledImage>();
        foreach (var entry in ImageSetReader.Read(location, log))
        {
            cancellation.ThrowIfCancellationRequested();
            if (!BoundedImageDecoder.Default.TryDecode(entry, out var image, out var reason))
            {
                log($"{entry.Name} is left out: {reason}.");
                continue;
            }
            using (image)
            {
                Prepare(image);
                var file = FileFor(location.Split, entry.ClassName, images.Count);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                image.Save(file, s_encoder);
                images.Add(new LabelledImage(entry.ClassName, entry.Name, entry.Rank, file, PixelHash(image)));
            }
        }
        return images;
    }

    private static void Prepare(Image<Rgb24> image)
    {
        var scale = (double)LongestShortSide / Math.Min(image.Width, image.Height);
        if (scale < 1)
            image.Mutate(context => context.Resize((int)Math.Round(image.Width * scale), (int)Math.Round(image.Height * scale)));
    }

    /// <summary>The number keeps names apart that the file system could not tell from one another.</summary>
    private string FileFor(string? split, string className, int number) =>
        Path.Combine(folder, split is null ? "" : FolderNames.For(split), FolderNames.For(className), number.ToString("00000", CultureInfo.InvariantCulture) + ".png");

    private static string PixelHash(Image<Rgb24> image)
    {
        var pixels = new Rgb24[image.Width * image.Height];
        image.CopyPixelDataTo(pixels);
        return $"{image.Width}x{image.Height}:{Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(pixels.AsSpan())))}";
    }
}
