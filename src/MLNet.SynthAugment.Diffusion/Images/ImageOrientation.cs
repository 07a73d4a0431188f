using System.Text.Json.Serialization;

namespace MLNet.SynthAugment.Diffusion.Images;

/// <summary>
/// What is done about the EXIF orientation of a JPEG, WebP or PNG file, by which cameras say how its pixels lie.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<ImageOrientation>))]
public enum ImageOrientation
{
    /// <summary>
    /// Nothing: the pixels lie as they are stored, as in ML.NET (<c>LoadImages</c>, <c>MLImage.CreateFromStream</c>).
    /// </summary>
    AsStored,

    /// <summary>The image is turned upright, as people see it.</summary>
    Upright,
}
