using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp;

public ref struct PixelAccessor<TPixel>
    where TPixel : unmanaged, IPixel<TPixel>
{
    private readonly PixelBuffer<TPixel> _buffer;

    internal PixelAccessor(PixelBuffer<TPixel> buffer) => _buffer = buffer;

    public readonly int Width => _buffer.Width;

    public readonly int Height => _buffer.Height;

    public readonly Span<TPixel> GetRowSpan(int rowIndex)
    {
        if ((uint)rowIndex >= (uint)Height)
            throw new ArgumentOutOfRangeException(nameof(rowIndex), rowIndex, $"Rows are 0..{Height - 1}.");
        return _buffer.Row(rowIndex);
    }
}

public delegate void PixelAccessorAction<TPixel>(PixelAccessor<TPixel> pixelAccessor)
    where TPixel : unmanaged, IPixel<TPixel>;

public delegate void PixelAccessorAction<TPixel1, TPixel2>(PixelAccessor<TPixel1> pixelAccessor1, PixelAccessor<TPixel2> pixelAccessor2)
    where TPixel1 : unmanaged, IPixel<TPixel1>
    where TPixel2 : unmanaged, IPixel<TPixel2>;
