namespace SixLabors.ImageSharp.Formats;

/// <summary>Encoders of formats that may hold a palette. ImageMagick chooses the palette.</summary>
public abstract class QuantizingImageEncoder : ImageEncoder
{
    private protected QuantizingImageEncoder()
    {
    }
}
