namespace SixLabors.ImageSharp.Memory;

/// <summary>Only the limit on an image's size is reproduced: pixels always lie in managed memory.</summary>
public abstract class MemoryAllocator
{
    private const long DefaultLimitBytes = 4L << 30;

    private protected MemoryAllocator(long limitBytes) => LimitBytes = limitBytes;

    public static MemoryAllocator Default { get; } = Create();

    internal long LimitBytes { get; }

    public static MemoryAllocator Create() => Create(default);

    public static MemoryAllocator Create(MemoryAllocatorOptions options) =>
        new ManagedMemoryAllocator(options.AllocationLimitMegabytes is { } megabytes ? (long)megabytes << 20 : DefaultLimitBytes);

    public virtual void ReleaseRetainedResources()
    {
    }

    internal T[] AllocatePixels<T>(int width, int height)
        where T : unmanaged
    {
        ThrowIfOverLimit<T>(width, height);
        return new T[checked(width * height)];
    }

    internal unsafe void ThrowIfOverLimit<T>(int width, int height)
        where T : unmanaged
    {
        var bytes = (long)width * height * sizeof(T);
        if (bytes > LimitBytes)
            throw new InvalidMemoryOperationException($"Attempted to allocate a buffer of {bytes} bytes for a {width}x{height} image, over the limit of {LimitBytes} bytes.");
    }

    private sealed class ManagedMemoryAllocator(long limitBytes) : MemoryAllocator(limitBytes);
}
