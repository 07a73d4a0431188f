using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MLNet.SynthAugment.Diffusion.Files;
using MLNet.SynthAugment.Diffusion.ImageSets;
using SixLabors.ImageSharp.Processing;

namespace MLNet.SynthAugment.Pretraining.ImageSets;

/// <summary>
/// All images of a run, decoded once and brought to one size, in a file of raw pixels. Images are read from it as they
/// are needed, so memory does not grow with the number of images, and a run that goes on need not decode them again.
/// </summary>
public sealed class PreparedImages : IDisposable
{
    private const string PixelFile = "images.bin";
    private const string IndexFile = "images.json";
    private readonly FileStream _pixels;

    private PreparedImages(string folder, Index index)
    {
        Size = index.Size;
        Classes = index.Classes;
        _pixels = new FileStream(Path.Combine(folder, PixelFile), FileMode.Open, FileAccess.Read, FileShare.Read);
    }

    private sealed record Index(string Key, int Size, IReadOnlyList<ImageClass> Classes);

    /// <summary>Side of every image in pixels.</summary>
    public int Size { get; }

    /// <summary>The classes that have at least one readable image.</summary>
    public IReadOnlyList<ImageClass> Classes { get; }

    /// <summary>Opens the prepared images of a folder, preparing them first unless they are there already.</summary>
    /// <param name="folder">Where the prepared files are kept.</param>
    /// <param name="sources">The image sets. A class name that two sets share gives two classes of that name.</param>
    /// <param name="size">Side in pixels to which images are cropped and resized.</param>
    /// <param name="excluded">True for the names of classes to leave out.</param>
    /// <param name="warn">Gets a sentence for every image that cannot be read.</param>
    /// <param name="cancellationToken">Stops the preparation; the next call starts it again.</param>
    /// <exception cref="InvalidDataException">A set cannot be read or holds no usable image.</exception>
    public static PreparedImages Open(
        string folder, IReadOnlyList<ImageSetLocation> sources, int size, Predicate<string> excluded,
        Action<string> warn, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var indexPath = Path.Combine(folder, IndexFile);
        var entries = sources.SelectMany(source => ImageSetReader.ReadExcept(excluded, source, warn));
        var key = Key(size, sources, excluded);
        if (File.Exists(indexPath) && JsonSerializer.Deserialize<Index>(File.ReadAllText(indexPath)) is { } known
            && known.Key == key)
            return new PreparedImages(folder, known);
        File.Delete(indexPath);
        List<ImageClass> classes = [];
        AtomicFile.Write(Path.Combine(folder, PixelFile),
            stream => classes = Prepare(entries, size, stream, warn, cancellationToken));
        if (classes.Count == 0)
            throw new InvalidDataException($"No image of {string.Join(", ", sources)} can be used.");
        var index = new Index(key, size, classes);
        AtomicFile.WriteText(indexPath, JsonSerializer.Serialize(index));
        return new PreparedImages(folder, index);
    }

    /// <summary>Reads one image.</summary>
    /// <param name="number">Its number, as the classes count.</param>
    /// <param name="destination">Size × size × 3 bytes: rows of red, green, blue.</param>
    public void Read(int number, Span<byte> destination)
    {
        var length = Size * Size * 3;
        for (var done = 0; done < length;)
        {
            var read = RandomAccess.Read(
                _pixels.SafeFileHandle, destination[done..length], ((long)number * length) + done);
            if (read == 0)
                throw new EndOfStreamException(
                    $"{_pixels.Name} ends before image {number}; delete it and start again.");
            done += read;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _pixels.Dispose();

    private static List<ImageClass> Prepare(
        IEnumerable<ImageEntry> entries, int size, Stream destination, Action<string> warn,
        CancellationToken cancellationToken)
    {
        var classes = new List<ImageClass>();
        var lineDrawings = 0;
        var pixels = new byte[size * size * 3];
        var unread = new HashSet<string>();
        foreach (var entry in entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!BoundedImageDecoder.Default.TryDecode(entry, out var image, out var reason))
            {
                warn($"{entry.Name} is left out: {reason}.");
                unread.Add(entry.ClassName);
                continue;
            }
            using (image)
                ToSquare(image, size, pixels);
            destination.Write(pixels);
            var current = classes.Count > 0 ? classes[^1] : null;
            if (current?.Name != entry.ClassName)
            {
                lineDrawings = 0;
                current = new ImageClass(
                    entry.ClassName, current is null ? 0 : current.First + current.Count, 0, false);
                classes.Add(current);
            }
            lineDrawings += LineDrawing.Is(pixels) ? 1 : 0;
            classes[^1] = current with
            {
                Count = current.Count + 1,
                IsLineDrawing = 2 * lineDrawings > current.Count + 1
            };
        }
        unread.ExceptWith(classes.Select(found => found.Name));
        return unread.Count == 0 ? classes : throw new InvalidDataException(
            $"No image of class '{unread.First()}' can be used; the warnings above name them. Exclude the class, take "
                + $"it out of the set, or mend it.");
    }

    private static void ToSquare(Image<Rgb24> image, int size, byte[] pixels)
    {
        var side = Math.Min(image.Width, image.Height);
        var crop = new Rectangle((image.Width - side) / 2, (image.Height - side) / 2, side, side);
        // Width first, then height: one call for both loses accuracy at hard edges.
        image.Mutate(context => context.Crop(crop).Resize(size, side, KnownResamplers.Bicubic)
            .Resize(size, size, KnownResamplers.Bicubic));
        image.CopyPixelDataTo(pixels);
    }

    private static string Key(int size, IReadOnlyList<ImageSetLocation> sources, Predicate<string> excluded)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{size}\n"));
        foreach (var source in sources)
        {
            foreach (var entry in ImageSetReader.ReadExcept(excluded, source, warn: null))
                hash.AppendData(Encoding.UTF8.GetBytes($"{source}|{entry.Name}|{entry.Length}\n"));
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}

/// <summary>A class of prepared images.</summary>
/// <param name="Name">Its name in prompts.</param>
/// <param name="First">Number of its first image; a class's images follow one another.</param>
/// <param name="Count">How many images it has, at least one.</param>
/// <param name="IsLineDrawing">
/// Whether most of its images are grey lines on light paper. Such a class may be drawn larger, slanted or shifted, and
/// turned by 90° it is another class; a photograph keeps its orientation.
/// </param>
public sealed record ImageClass(string Name, int First, int Count, bool IsLineDrawing);

/// <summary>Tells drawings from photographs.</summary>
internal static class LineDrawing
{
    private const int PaperLevel = 224;
    private const int GreyTolerance = 12;
    private const double PaperShare = 0.6;
    private const double GreyShare = 0.98;

    /// <summary>Whether an image is grey almost everywhere and mostly light paper.</summary>
    /// <param name="pixels">Rows of red, green, blue.</param>
    public static bool Is(ReadOnlySpan<byte> pixels)
    {
        int grey = 0, paper = 0, count = pixels.Length / 3;
        for (var i = 0; i < pixels.Length; i += 3)
        {
            int low = Math.Min(pixels[i], Math.Min(pixels[i + 1], pixels[i + 2]));
            int high = Math.Max(pixels[i], Math.Max(pixels[i + 1], pixels[i + 2]));
            grey += high - low <= GreyTolerance ? 1 : 0;
            paper += low >= PaperLevel ? 1 : 0;
        }
        return grey >= GreyShare * count && paper >= PaperShare * count;
    }
}
