namespace SixLabors.ImageSharp.Processing;

/// <summary>Where a resized image goes: the canvas, and the rectangle of it (maybe larger) that the whole source fills.</summary>
internal readonly record struct ResizeLayout(Size Canvas, Rectangle Target)
{
    /// <exception cref="InvalidOperationException">Both sides are zero.</exception>
    internal static ResizeLayout Compute(Size source, ResizeOptions options)
    {
        var size = CompleteSize(source, options);
        return options.Mode switch
        {
            ResizeMode.Stretch => Filled(size),
            ResizeMode.Manual => new ResizeLayout(size, options.TargetRectangle ?? throw new InvalidOperationException("Manual resizing requires a target location and size.")),
            ResizeMode.Max => Filled(Fit(source, size, cover: false)),
            ResizeMode.Min => Filled(size.Width > source.Width || size.Height > source.Height ? source : Fit(source, size, cover: true)),
            ResizeMode.BoxPad when source.Width <= size.Width && source.Height <= size.Height => Anchored(size, source, options),
            ResizeMode.Crop => Anchored(size, Fit(source, size, cover: true), options),
            _ => Anchored(size, Fit(source, size, cover: false), options),
        };
    }

    private static ResizeLayout Filled(Size size) => new(size, new Rectangle(Point.Empty, size));

    /// <summary>A side of zero follows the other, at the source's aspect.</summary>
    private static Size CompleteSize(Size source, ResizeOptions options)
    {
        var (width, height) = options.Size;
        ArgumentOutOfRangeException.ThrowIfNegative(width);
        ArgumentOutOfRangeException.ThrowIfNegative(height);
        if (width == 0 && height == 0)
            throw new InvalidOperationException("Target width and height cannot both be zero.");
        if (width == 0)
            width = Rounded(source.Width * (height / (float)source.Height));
        if (height == 0)
            height = Rounded(source.Height * (width / (float)source.Width));
        return new Size(width, height);
    }

    /// <summary>The source's size scaled, aspect kept, to lie within <paramref name="size"/> or to cover it.</summary>
    private static Size Fit(Size source, Size size, bool cover)
    {
        var (byWidth, byHeight) = (size.Width / (float)source.Width, size.Height / (float)source.Height);
        var widthLeads = cover ? byWidth >= byHeight : byWidth <= byHeight;
        if (widthLeads)
            return new Size(size.Width, cover ? CeilingOf(source.Height * byWidth) : Rounded(source.Height * byWidth));
        return new Size(cover ? CeilingOf(source.Width * byHeight) : Rounded(source.Width * byHeight), size.Height);
    }

    private static ResizeLayout Anchored(Size canvas, Size content, ResizeOptions options)
    {
        var (freeX, freeY) = (canvas.Width - content.Width, canvas.Height - content.Height);
        if (options is { Mode: ResizeMode.Crop, CenterCoordinates: { } center })
            return new ResizeLayout(canvas, new Rectangle(new Point(Centered(center.X, canvas.Width, content.Width), Centered(center.Y, canvas.Height, content.Height)), content));
        var x = options.Position switch
        {
            AnchorPositionMode.Left or AnchorPositionMode.TopLeft or AnchorPositionMode.BottomLeft => 0,
            AnchorPositionMode.Right or AnchorPositionMode.TopRight or AnchorPositionMode.BottomRight => freeX,
            _ => Convert.ToInt32(freeX / 2f),
        };
        var y = options.Position switch
        {
            AnchorPositionMode.Top or AnchorPositionMode.TopLeft or AnchorPositionMode.TopRight => 0,
            AnchorPositionMode.Bottom or AnchorPositionMode.BottomLeft or AnchorPositionMode.BottomRight => freeY,
            _ => Convert.ToInt32(freeY / 2f),
        };
        return new ResizeLayout(canvas, new Rectangle(new Point(x, y), content));
    }

    /// <summary>The offset that brings the wanted point to the middle, as far as the content still covers the canvas.</summary>
    private static int Centered(float wanted, int canvas, int content) =>
        Math.Clamp((int)MathF.Round(canvas / 2f - wanted * content), canvas - content, 0);

    private static int Rounded(float length) => Math.Max(1, (int)MathF.Round(length, MidpointRounding.AwayFromZero));

    // A hair below the next integer is rounding error of the single-precision ratio.
    private static int CeilingOf(float length) => Math.Max(1, (int)MathF.Ceiling(length - 1e-3f));
}
