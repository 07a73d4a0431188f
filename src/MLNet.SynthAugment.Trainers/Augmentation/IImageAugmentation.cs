namespace MLNet.SynthAugment.Trainers.Augmentation;

/// <summary>
/// Changes one training image at random, so that a classifier sees a different one each time. Its class stays. Make it
/// a record: its properties are its settings, which comparisons keep.
/// </summary>
public interface IImageAugmentation
{
    /// <summary>
    /// Whether it cuts out a part of the image and resizes it. Trainers then keep images larger than the network's.
    /// </summary>
    bool Crops => false;

    /// <summary>Checks its settings before anything is trained.</summary>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    void Validate()
    {
    }

    /// <summary>The same for a network with images of a given size; the default is this one.</summary>
    /// <param name="imageSize">Side of the square that the network takes, in pixels.</param>
    IImageAugmentation ForSize(int imageSize) => this;

    /// <summary>Makes a changed image.</summary>
    /// <param name="image">float32 [3, H, W], 0 to 1, on the CPU; it is not changed.</param>
    /// <param name="random">The only source of random numbers.</param>
    /// <returns>A new tensor of the same type and range.</returns>
    Tensor Apply(Tensor image, SeededRandom random);
}

/// <summary>Makes one training image of two; its label is mixed in the same shares.</summary>
public interface IImageMix
{
    /// <summary>Checks its settings before anything is trained.</summary>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    void Validate()
    {
    }

    /// <summary>Mixes two images.</summary>
    /// <param name="first">float32 [3, H, W], 0 to 1; it is not changed.</param>
    /// <param name="second">The same shape; it is not changed.</param>
    /// <param name="random">The only source of random numbers.</param>
    /// <returns>A new tensor of the same shape, and how much of it is the first image, 0 to 1.</returns>
    (Tensor Image, double FirstShare) Mix(Tensor first, Tensor second, SeededRandom random);
}
