namespace MLNet.SynthAugment.Diffusion.Images;

/// <summary>
/// Images as the tensors that diffusion models take and give: [B, 3, height, width], −1 (black) to 1.
/// </summary>
public static class ImageTensors
{
    private const int Channels = 3;
    private const double HalfRange = 127.5;

    /// <summary>Stacks images into one tensor.</summary>
    /// <param name="images">One or more images of equal size.</param>
    /// <param name="device">Where the tensor goes; the CPU if not given.</param>
    /// <returns>float32 [B, 3, height, width], −1 to 1.</returns>
    /// <exception cref="ArgumentException">There is no image, or they differ in size.</exception>
    public static Tensor ToTensor(IReadOnlyList<Image<Rgb24>> images, Device? device = null)
    {
        if (images.Count == 0)
            throw new ArgumentException("There is no image to make a tensor of.", nameof(images));
        int width = images[0].Width, height = images[0].Height;
        var pixels = new byte[images.Count * height * width * Channels];
        for (var i = 0; i < images.Count; i++)
        {
            if (images[i].Width != width || images[i].Height != height)
                throw new ArgumentException(
                    $"Image {i} is {images[i].Width}×{images[i].Height}, but the first is {width}×{height}; resize "
                        + "them to one size first.", nameof(images));
            images[i].CopyPixelDataTo(pixels.AsSpan(i * height * width * Channels));
        }
        using var scope = NewDisposeScope();
        var planes = tensor(pixels, [images.Count, height, width, Channels], dtype: ScalarType.Byte, device: device)
            .permute(0, 3, 1, 2).to(ScalarType.Float32).contiguous();
        return (planes / Kept(HalfRange) - Kept(1)).MoveToOuterDisposeScope();
    }

    /// <summary>Turns a tensor into images: round(127.5 · (x + 1)), clamped to 0…255.</summary>
    /// <param name="batch">[B, 3, height, width] of any floating type on any device.</param>
    /// <returns>B images, which the caller owns.</returns>
    /// <exception cref="ArgumentException">The tensor has another shape.</exception>
    /// <exception cref="InvalidOperationException">The tensor holds NaN: the model overflowed.</exception>
    public static IReadOnlyList<Image<Rgb24>> ToImages(Tensor batch)
    {
        if (batch.shape is not [_, Channels, _, _])
            throw new ArgumentException(
                $"Images need a tensor [B, 3, height, width], not [{string.Join(", ", batch.shape)}].", nameof(batch));
        using var scope = NewDisposeScope();
        var planes = batch.detach().to(ScalarType.Float32);
        if (!planes.isfinite().all().item<bool>())
            throw new InvalidOperationException(
                "The decoded image holds values that are not numbers: the model overflowed. Use float32 or bfloat16 "
                    + "instead of float16.");
        var (height, width) = ((int)batch.shape[2], (int)batch.shape[3]);
        var pixels = (planes.Plus(1) * Kept(HalfRange)).round().clamp(Kept(0), Kept(255)).to(ScalarType.Byte)
            .permute(0, 2, 3, 1).contiguous().cpu().ToArray<byte>();
        var size = height * width * Channels;
        return [.. Enumerable.Range(0, (int)batch.shape[0])
            .Select(i => Image.LoadPixelData<Rgb24>(pixels.AsSpan(i * size, size), width, height))];
    }
}
