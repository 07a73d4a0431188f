namespace MLNet.SynthAugment.Diffusion.Images;

/// <summary>How an image is brought to a size of another aspect ratio.</summary>
public enum ImageFit
{
    /// <summary>Height and width are scaled apart (VaeImageProcessor's mode <c>default</c>).</summary>
    Stretch,

    /// <summary>The image is scaled until it covers the size, and the middle is cut out (mode <c>crop</c>).</summary>
    Crop,
}
