using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms.Image;

/// <summary>The size to resize to and how.</summary>
internal sealed record ResizeOptions
{
    private readonly ImageResizingEstimator.ResizingKind _kind;
    private readonly ImageResizingEstimator.Anchor _anchor;

    public ResizeOptions(int width, int height, ImageResizingEstimator.ResizingKind kind, ImageResizingEstimator.Anchor anchor)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if (!Enum.IsDefined(kind))
            throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such way of resizing.");
        if (!Enum.IsDefined(anchor))
            throw new ArgumentOutOfRangeException(nameof(anchor), anchor, "There is no such anchor.");
        Width = width;
        Height = height;
        _kind = kind;
        _anchor = anchor;
    }

    public int Width { get; }

    public int Height { get; }

    public MLImage Apply(MLImage source)
    {
        if (source.Width == Width && source.Height == Height)
            return source;
        if (_kind == ImageResizingEstimator.ResizingKind.Fill)
            return ImageResampler.Stretch(source, Width, Height);

        var (across, down) = ((float)Width / source.Width, (float)Height / source.Height);
        var scale = _kind == ImageResizingEstimator.ResizingKind.IsoPad ? Math.Min(across, down) : Math.Max(across, down);
        var (spareWidth, spareHeight) = (Width - source.Width * scale, Height - source.Height * scale);
        var target = ((int)(spareWidth * Share(ImageResizingEstimator.Anchor.Left, ImageResizingEstimator.Anchor.Right)),
            (int)(spareHeight * Share(ImageResizingEstimator.Anchor.Top, ImageResizingEstimator.Anchor.Bottom)),
            (int)(source.Width * scale),
            (int)(source.Height * scale));
        return ImageResampler.Draw(source, Width, Height, target);
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(Width);
        writer.Write(Height);
        writer.Write((byte)_kind);
        writer.Write((byte)_anchor);
    }

    public static ResizeOptions Read(BinaryReader reader) => new(
        reader.ReadInt32(), reader.ReadInt32(), (ImageResizingEstimator.ResizingKind)reader.ReadByte(), (ImageResizingEstimator.Anchor)reader.ReadByte());

    // How much of the spare room, which is negative when cropping, lies before the image; padding is always centred.
    private float Share(ImageResizingEstimator.Anchor start, ImageResizingEstimator.Anchor end)
    {
        if (_kind == ImageResizingEstimator.ResizingKind.IsoPad)
            return 0.5f;
        return _anchor == start ? 0 : _anchor == end ? 1 : 0.5f;
    }
}
