using SixLabors.ImageSharp.Processing.Processors.Transforms;

namespace SixLabors.ImageSharp.Processing;

public class ResizeOptions
{
    public ResizeMode Mode { get; set; } = ResizeMode.Crop;

    public AnchorPositionMode Position { get; set; } = AnchorPositionMode.Center;

    /// <summary>The point of the source to keep in the middle of a crop, in 0..1 of its width and height.</summary>
    public PointF? CenterCoordinates { get; set; }

    public Size Size { get; set; }

    public IResampler Sampler { get; set; } = KnownResamplers.Bicubic;

    /// <summary>Resample in linear light instead of on the stored samples.</summary>
    public bool Compand { get; set; }

    public Rectangle? TargetRectangle { get; set; }

    public bool PremultiplyAlpha { get; set; } = true;

    public Color PadColor { get; set; }
}
