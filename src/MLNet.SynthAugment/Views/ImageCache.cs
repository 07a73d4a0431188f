using System.Collections.Concurrent;
using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Files;
using MLNet.SynthAugment.Store;
using SixLabors.ImageSharp.Processing;

namespace MLNet.SynthAugment.Views;

/// <summary>
/// Opens synthetic images as <see cref="MLImage"/>, keeping decoded pixels up to a limit: some trainers pass over the
/// data two hundred times (SDCA). Small images of a few-shot task fit whole; of larger ones the first in order are
/// kept.
/// </summary>
internal sealed class ImageCache
{
    private const long LimitInBytes = 128L << 20;

    private sealed record Pixels(byte[] Bgra, int Width, int Height);

    private readonly ConcurrentDictionary<string, Pixels> _pixels = new();
    private long _size;

    /// <summary>A new image, resized if its column promises a size; the caller disposes it.</summary>
    public MLImage Open(StoredImage image, ImageSize? size)
    {
        if (!_pixels.TryGetValue(image.Path, out var pixels))
        {
            pixels = Decode(image.Path, size);
            if (Interlocked.Read(ref _size) + pixels.Bgra.Length <= LimitInBytes && _pixels.TryAdd(image.Path, pixels))
                Interlocked.Add(ref _size, pixels.Bgra.Length);
        }
        return MLImages.FromBgra(pixels.Bgra, pixels.Width, pixels.Height);
    }

    private static Pixels Decode(string path, ImageSize? size)
    {
        using var image = Png.Read(path);
        if (size is { } wanted && (image.Width != wanted.Width || image.Height != wanted.Height))
            image.Mutate(context => context.Resize(wanted.Width, wanted.Height));
        return new Pixels(MLImages.ToBgra(image), image.Width, image.Height);
    }
}
