namespace SixLabors.ImageSharp.Formats.Jpeg;

public class JpegMetadata : IDeepCloneable
{
    private int? _quality;

    /// <summary>1 to 100; 75 for an image that does not come from a JPEG file.</summary>
    public int Quality
    {
        get => _quality ?? 75;
        internal set => _quality = value;
    }

    public JpegEncodingColor? ColorType { get; internal set; }

    public IDeepCloneable DeepClone() => (JpegMetadata)MemberwiseClone();
}
