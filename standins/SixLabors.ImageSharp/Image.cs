using SixLabors.ImageSharp.Advanced;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace SixLabors.ImageSharp;

/// <summary>An image of one frame: of animations only the first is kept.</summary>
public abstract partial class Image : IDisposable, IConfigurationProvider
{
    private protected Image(Configuration configuration, PixelTypeInfo pixelType, ImageMetadata metadata)
    {
        Configuration = configuration;
        PixelType = pixelType;
        Metadata = metadata;
    }

    public Configuration Configuration { get; }

    public PixelTypeInfo PixelType { get; }

    public ImageMetadata Metadata { get; }

    public int Width => Size.Width;

    public int Height => Size.Height;

    public Size Size { get; private protected set; }

    public Rectangle Bounds => new(Point.Empty, Size);

    public Image<TPixel2> CloneAs<TPixel2>()
        where TPixel2 : unmanaged, IPixel<TPixel2>
        => CloneAs<TPixel2>(Configuration);

    public abstract Image<TPixel2> CloneAs<TPixel2>(Configuration configuration)
        where TPixel2 : unmanaged, IPixel<TPixel2>;

    public void Save(Stream stream, IImageEncoder encoder)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(encoder);
        EncodeTo(stream, encoder);
    }

    public Task SaveAsync(Stream stream, IImageEncoder encoder, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(encoder);
        return EncodeToAsync(stream, encoder, cancellationToken);
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);

    internal abstract void EncodeTo(Stream stream, IImageEncoder encoder);

    internal abstract Task EncodeToAsync(Stream stream, IImageEncoder encoder, CancellationToken cancellationToken);

    /// <summary>A context that changes this image itself.</summary>
    internal abstract ImageProcessingContext BeginMutation(Configuration configuration);

    internal abstract Image CloneUntyped(Configuration configuration);
}
