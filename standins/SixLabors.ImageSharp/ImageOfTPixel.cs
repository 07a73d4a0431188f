using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace SixLabors.ImageSharp;

public sealed class Image<TPixel> : Image
    where TPixel : unmanaged, IPixel<TPixel>
{
    // Above this many bytes the real library splits an image into several memory blocks.
    private const long SingleBlockBytes = 4 << 20;

    private PixelBuffer<TPixel>? _buffer;

    public Image(int width, int height)
        : this(Configuration.Default, width, height)
    {
    }

    public Image(Configuration configuration, int width, int height)
        : this(configuration, width, height, default(TPixel))
    {
    }

    public Image(int width, int height, TPixel backgroundColor)
        : this(Configuration.Default, width, height, backgroundColor)
    {
    }

    public Image(Configuration configuration, int width, int height, TPixel backgroundColor)
        : this(configuration, Allocate(configuration, width, height), new ImageMetadata())
    {
        Buffer.Pixels.AsSpan().Fill(backgroundColor);
    }

    internal Image(Configuration configuration, PixelBuffer<TPixel> buffer, ImageMetadata metadata)
        : base(configuration, new PixelTypeInfo(Unsafe.SizeOf<TPixel>() * 8), metadata)
    {
        _buffer = buffer;
        Size = new Size(buffer.Width, buffer.Height);
    }

    internal PixelBuffer<TPixel> Buffer
    {
        get
        {
            ObjectDisposedException.ThrowIf(_buffer is null, this);
            return _buffer;
        }
        set
        {
            _buffer = value;
            Size = new Size(value.Width, value.Height);
        }
    }

    public TPixel this[int x, int y]
    {
        get => Pixel(x, y);
        set => Pixel(x, y) = value;
    }

    public Image<TPixel> Clone() => Clone(Configuration);

    public Image<TPixel> Clone(Configuration configuration) => new(configuration, Buffer.Clone(), Metadata.DeepClone());

    public override Image<TPixel2> CloneAs<TPixel2>(Configuration configuration)
    {
        var converted = PixelBuffer<TPixel2>.Allocate(configuration, Buffer.Width, Buffer.Height);
        PixelConversion.Convert<TPixel, TPixel2>(Buffer.Pixels, converted.Pixels);
        return new Image<TPixel2>(configuration, converted, Metadata.DeepClone());
    }

    public void CopyPixelDataTo(Span<TPixel> destination)
    {
        if (destination.Length < Buffer.Pixels.Length)
            throw new ArgumentOutOfRangeException(nameof(destination), $"The destination holds {destination.Length} pixels; the image has {Buffer.Pixels.Length}.");
        Buffer.Pixels.CopyTo(destination);
    }

    public void CopyPixelDataTo(Span<byte> destination) => CopyPixelDataTo(MemoryMarshal.Cast<byte, TPixel>(destination));

    public bool DangerousTryGetSinglePixelMemory(out Memory<TPixel> memory)
    {
        var isSingleBlock = Configuration.PreferContiguousImageBuffers || (long)Buffer.Pixels.Length * Unsafe.SizeOf<TPixel>() <= SingleBlockBytes;
        memory = isSingleBlock ? Buffer.Pixels : default(Memory<TPixel>);
        return isSingleBlock;
    }

    public void ProcessPixelRows(PixelAccessorAction<TPixel> processPixels)
    {
        ArgumentNullException.ThrowIfNull(processPixels);
        processPixels(new PixelAccessor<TPixel>(Buffer));
    }

    public void ProcessPixelRows<TPixel2>(Image<TPixel2> image2, PixelAccessorAction<TPixel, TPixel2> processPixels)
        where TPixel2 : unmanaged, IPixel<TPixel2>
    {
        ArgumentNullException.ThrowIfNull(image2);
        ArgumentNullException.ThrowIfNull(processPixels);
        processPixels(new PixelAccessor<TPixel>(Buffer), new PixelAccessor<TPixel2>(image2.Buffer));
    }

    public override string ToString() => $"Image<{typeof(TPixel).Name}>: {Width}x{Height}";

    protected override void Dispose(bool disposing) => _buffer = null;

    internal override void EncodeTo(Stream stream, IImageEncoder encoder)
    {
        ObjectDisposedException.ThrowIf(_buffer is null, this);
        encoder.Encode(this, stream);
    }

    internal override Task EncodeToAsync(Stream stream, IImageEncoder encoder, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_buffer is null, this);
        return encoder.EncodeAsync(this, stream, cancellationToken);
    }

    internal override ImageProcessingContext BeginMutation(Configuration configuration)
    {
        ObjectDisposedException.ThrowIf(_buffer is null, this);
        return new ImageProcessingContext<TPixel>(configuration, this);
    }

    internal override Image CloneUntyped(Configuration configuration) => Clone(configuration);

    private static PixelBuffer<TPixel> Allocate(Configuration configuration, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        return PixelBuffer<TPixel>.Allocate(configuration, width, height);
    }

    private ref TPixel Pixel(int x, int y)
    {
        var buffer = Buffer;
        if ((uint)x >= (uint)buffer.Width)
            throw new ArgumentOutOfRangeException(nameof(x), x, $"x has to be in 0..{buffer.Width - 1}.");
        if ((uint)y >= (uint)buffer.Height)
            throw new ArgumentOutOfRangeException(nameof(y), y, $"y has to be in 0..{buffer.Height - 1}.");
        return ref buffer.Pixels[y * buffer.Width + x];
    }
}
