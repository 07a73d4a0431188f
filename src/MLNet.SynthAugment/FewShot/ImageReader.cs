namespace MLNet.SynthAugment.FewShot;

/// <summary>Reads the image of a cursor's row, whatever the kind of its column.</summary>
internal static class ImageReader
{
    /// <param name="row">The cursor.</param>
    /// <param name="column">An image column.</param>
    /// <param name="imageFolder">The folder that relative paths start from.</param>
    /// <param name="decoder">Decodes files and encoded bytes.</param>
    /// <returns>A function that returns a new image or throws <see cref="UnreadableImageException"/>, which names
    /// it.</returns>
    public static Func<Image<Rgb24>> Create(
        DataViewRow row, DataViewSchema.Column column, string imageFolder, ImageDecoder decoder) =>
        ImageColumnKinds.Of(column.Type) switch
        {
            ImageColumnKind.Image => ReadImage(OwnedImages.Create(row.GetGetter<MLImage>(column)), decoder),
            ImageColumnKind.Path => ReadPath(row.GetGetter<ReadOnlyMemory<char>>(column), imageFolder, decoder),
            ImageColumnKind.Bytes => ReadBytes(row.GetGetter<VBuffer<byte>>(column), decoder),
            _ => throw new ArgumentException(
                $"Image column '{column.Name}' is of type {column.Type}; it must be "
                    + $"{ImageColumnKinds.SupportedTypes}."),
        };

    private static Func<Image<Rgb24>> ReadImage(ValueGetter<MLImage> getter, ImageDecoder decoder) => () =>
    {
        MLImage? image = null;
        try
        {
            // LoadImages reads the file here, so a bad file shows itself as an exception of any type.
            getter(ref image!);
        }
        catch (Exception error) when (error is not (OperationCanceledException or OutOfMemoryException))
        {
            throw new UnreadableImageException(error.Message, error);
        }
        using (image)
        {
            if (image is null)
                throw new UnreadableImageException("the row has no image");
            return decoder.Compose(image);
        }
    };

    private static Func<Image<Rgb24>> ReadPath(
        ValueGetter<ReadOnlyMemory<char>> getter, string imageFolder, ImageDecoder decoder) => () =>
    {
        ReadOnlyMemory<char> path = default;
        getter(ref path);
        return path.IsEmpty ? throw new UnreadableImageException("the row has no path") : decoder.DecodeFile(
            Path.Combine(imageFolder, path.ToString()));
    };

    private static Func<Image<Rgb24>> ReadBytes(ValueGetter<VBuffer<byte>> getter, ImageDecoder decoder) => () =>
    {
        VBuffer<byte> bytes = default;
        getter(ref bytes);
        var dense = new byte[bytes.Length];
        bytes.CopyTo(dense);
        return decoder.Decode(dense);
    };
}
