using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Memory;

namespace SixLabors.ImageSharp;

public sealed class Configuration
{
    private int _maxDegreeOfParallelism = Environment.ProcessorCount;

    public static Configuration Default { get; } = new();

    public int MaxDegreeOfParallelism
    {
        get => _maxDegreeOfParallelism;
        set => _maxDegreeOfParallelism = value is not 0 and >= -1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The degree of parallelism is -1 or at least 1.");
    }

    public MemoryAllocator MemoryAllocator { get; set; } = MemoryAllocator.Default;

    public bool PreferContiguousImageBuffers { get; set; }

    public IEnumerable<IImageFormat> ImageFormats => ImageFormatsManager.ImageFormats;

    public ImageFormatManager ImageFormatsManager { get; } = new();

    public Configuration Clone() => new()
    {
        MaxDegreeOfParallelism = MaxDegreeOfParallelism,
        MemoryAllocator = MemoryAllocator,
        PreferContiguousImageBuffers = PreferContiguousImageBuffers,
    };
}
