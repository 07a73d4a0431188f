namespace SixLabors.ImageSharp.Memory;

/// <summary>The pixels of one frame, row by row without padding.</summary>
internal sealed class PixelBuffer<TPixel>(TPixel[] pixels, int width, int height)
    where TPixel : unmanaged
{
    internal TPixel[] Pixels { get; } = pixels;

    internal int Width { get; } = width;

    internal int Height { get; } = height;

    internal static PixelBuffer<TPixel> Allocate(Configuration configuration, int width, int height) =>
        new(configuration.MemoryAllocator.AllocatePixels<TPixel>(width, height), width, height);

    internal Span<TPixel> Row(int y) => Pixels.AsSpan(y * Width, Width);

    internal PixelBuffer<TPixel> Clone() => new((TPixel[])Pixels.Clone(), Width, Height);
}
