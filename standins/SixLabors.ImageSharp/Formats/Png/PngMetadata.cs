namespace SixLabors.ImageSharp.Formats.Png;

public class PngMetadata : IDeepCloneable
{
    public PngColorType? ColorType { get; set; }

    public PngBitDepth? BitDepth { get; set; }

    public PngInterlaceMode? InterlaceMethod { get; set; }

    public IDeepCloneable DeepClone() => (PngMetadata)MemberwiseClone();
}
