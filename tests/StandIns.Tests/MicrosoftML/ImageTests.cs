using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace StandIns.Tests.MicrosoftML;

public class ImageTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void ADisposedImageThrowsOnUse()
    {
        var image = Samples.CreateImage(0);
        image.Dispose();
        image.Dispose();
        Assert.Throws<InvalidOperationException>(() => image.Width);
        Assert.Throws<InvalidOperationException>(() => image.Pixels.Length);
    }

    [Fact]
    public void PixelsComeBackAsTheyWereGiven()
    {
        using var image = Samples.CreateImage(5);
        Assert.Equal(Samples.PictureBytes(5), image.Pixels.ToArray());
        Assert.Equal((3, 2, 32, MLPixelFormat.Rgba32), (image.Width, image.Height, image.BitsPerPixel, image.PixelFormat));
        Assert.Equal([7, 6, 5], image.GetBGRPixels[..3]);
        Assert.Throws<ArgumentException>(() => MLImage.CreateFromPixels(2, 2, MLPixelFormat.Rgba32, new byte[15]));
        Assert.Throws<ArgumentException>(() => MLImage.CreateFromPixels(2, 2, MLPixelFormat.Unknown, new byte[16]));
    }

    [Fact]
    public void PngFilesKeepPixelsAndAreReadAsBgra()
    {
        using var file = new TemporaryFile(".png");
        using (var image = Samples.CreateImage(20))
            image.Save(file.Path);
        using var read = MLImage.CreateFromFile(file.Path);
        Assert.Equal(MLPixelFormat.Bgra32, read.PixelFormat);
        Assert.Equal([22, 21, 20, 255], read.Pixels[..4].ToArray());
    }

    [Fact]
    public void TransparentPixelsAreHeldPremultiplied()
    {
        using var file = new TemporaryFile(".png");
        using (var image = MLImage.CreateFromPixels(1, 1, MLPixelFormat.Rgba32, [100, 50, 25, 128]))
            image.Save(file.Path);
        using var read = MLImage.CreateFromFile(file.Path);
        Assert.Equal([25, 50, 100, 128], read.Pixels.ToArray().Select(value => (int)value), (expected, actual) => Math.Abs(expected - actual) <= 1);
    }

    [Fact]
    public void WhatIsNoImageIsRefused()
    {
        Assert.Throws<ArgumentException>(() => MLImage.CreateFromStream(new MemoryStream([1, 2, 3])));
        Assert.Throws<ArgumentException>(() => MLImage.CreateFromFile(Path.Combine(Path.GetTempPath(), "no such image.png")));
        using var image = Samples.CreateImage(0);
        Assert.Throws<ArgumentException>(() => image.Save("picture.tiff"));
        Assert.Contains("not supported", Assert.Throws<ArgumentException>(() => image.Save("picture.bmp")).Message);
    }

    [Fact]
    public void LoadImagesMakesANewImageARowAndDisposesTheOneBefore()
    {
        using var first = SavedPicture(10);
        using var second = SavedPicture(90);
        var data = Samples.NamedNumbers(_ml, (first.Path, 0), (second.Path, 1));
        var loaded = _ml.Transforms.LoadImages("Image", "", "Name").Fit(data).Transform(data);
        using var cursor = loaded.GetRowCursor(loaded.Schema);
        var getter = cursor.GetGetter<MLImage>(loaded.Schema["Image"]);
        MLImage image = null!;
        Assert.True(cursor.MoveNext());
        getter(ref image);
        var before = image;
        Assert.Equal(10, before.Pixels[2]);
        Assert.EndsWith(".png", before.Tag);
        Assert.True(cursor.MoveNext());
        getter(ref image);
        Assert.NotSame(before, image);
        Assert.Equal(90, image.Pixels[2]);
        Assert.Throws<InvalidOperationException>(() => before.Width);
    }

    [Fact]
    public void RawBytesAreTheFile()
    {
        using var file = SavedPicture(10);
        var data = Samples.NamedNumbers(_ml, (Path.GetFileName(file.Path), 0));
        var loaded = _ml.Transforms.LoadRawImageBytes("Bytes", Path.GetDirectoryName(file.Path), "Name").Fit(data).Transform(data);
        Assert.Equal("Vector<Byte>", $"{loaded.Schema["Bytes"].Type}");
        Assert.Equal(File.ReadAllBytes(file.Path), loaded.GetColumn<byte[]>("Bytes").Single());
    }

    [Fact]
    public void EnumeratingDisposesTheImagesOfRowsGoneBy()
    {
        using var first = SavedPicture(10);
        using var second = SavedPicture(90);
        var data = Samples.NamedNumbers(_ml, (first.Path, 0), (second.Path, 1));
        var loaded = _ml.Transforms.LoadImages("Image", "", "Name")
            .Append(_ml.Transforms.ResizeImages("Image", Picture.Width, Picture.Height)).Fit(data).Transform(data);
        var rows = _ml.Data.CreateEnumerable<AnyPicture>(loaded, reuseRowObject: false).ToList();
        Assert.Throws<InvalidOperationException>(() => rows[0].Image!.Width);
    }

    [Fact]
    public void AMemberOfImagesNeedsASizeThatIsTheColumns()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SchemaDefinition.Create(typeof(UnsizedPicture)));
        using var file = SavedPicture(10);
        var data = Samples.NamedNumbers(_ml, (file.Path, 0));
        var unsized = _ml.Transforms.LoadImages("Image", "", "Name").Fit(data).Transform(data);
        Assert.ThrowsAny<Exception>(() => _ml.Data.CreateEnumerable<AnyPicture>(unsized, reuseRowObject: false).ToList());
    }

    [Fact]
    public void AnImageSharedBetweenPassesDies()
    {
        // One object a row, read twice: the pixel extractor owns, and disposes, what it was given.
        var data = _ml.Data.LoadFromEnumerable(new List<Picture> { new() { Image = Samples.CreateImage(0) } });
        var pixels = _ml.Transforms.ExtractPixels("Pixels", "Image").Fit(data).Transform(data);
        Assert.Single(pixels.GetColumn<float[]>("Pixels").ToList());
        Assert.ThrowsAny<InvalidOperationException>(() => pixels.GetColumn<float[]>("Pixels").ToList());
    }

    [Theory]
    [InlineData(ImagePixelExtractingEstimator.ColorsOrder.ARGB, false, new float[] { 1, 5, 2, 6, 3, 7 })]
    [InlineData(ImagePixelExtractingEstimator.ColorsOrder.ABGR, false, new float[] { 3, 7, 2, 6, 1, 5 })]
    [InlineData(ImagePixelExtractingEstimator.ColorsOrder.AGRB, true, new float[] { 2, 1, 3, 6, 5, 7 })]
    public void PixelsLieInPlanesOrInterleavedInTheAskedOrder(ImagePixelExtractingEstimator.ColorsOrder order, bool interleave, float[] expected)
    {
        var data = _ml.Data.LoadFromEnumerable(new[]
        {
            new Pair { Image = MLImage.CreateFromPixels(2, 1, MLPixelFormat.Rgba32, [1, 2, 3, 4, 5, 6, 7, 8]) },
        });
        var output = _ml.Transforms.ExtractPixels("Pixels", "Image", orderOfExtraction: order, interleavePixelColors: interleave).Fit(data).Transform(data);
        Assert.Equal(interleave ? "Vector<Single, 1, 2, 3>" : "Vector<Single, 3, 1, 2>", $"{output.Schema["Pixels"].Type}");
        Assert.Equal(expected, output.GetColumn<float[]>("Pixels").Single());
    }

    [Fact]
    public void OffsetComesBeforeScaleAndVectorsBecomeImagesAgain()
    {
        var data = Samples.Pictures(_ml, 2);
        var output = _ml.Transforms.ExtractPixels("Pixels", "Image", offsetImage: 10, scaleImage: 0.5f)
            .Append(_ml.Transforms.ExtractPixels("Bytes", "Image", outputAsFloatArray: false))
            .Append(_ml.Transforms.ConvertToImage(Picture.Height, Picture.Width, "Back", "Bytes"))
            .Append(_ml.Transforms.ExtractPixels("Again", "Back", outputAsFloatArray: false))
            .Fit(data).Transform(data);
        Assert.Equal(-5, output.GetColumn<float[]>("Pixels").First()[0]);
        Assert.Equal(output.GetColumn<byte[]>("Bytes"), output.GetColumn<byte[]>("Again"));
    }

    [Fact]
    public void ExtractPixelsNeedsAKnownSize()
    {
        var data = Samples.NamedNumbers(_ml, ("a.png", 0));
        var pipeline = _ml.Transforms.LoadImages("Image", "", "Name").Append(_ml.Transforms.ExtractPixels("Pixels", "Image"));
        Assert.Contains("known-size image", Assert.Throws<ArgumentOutOfRangeException>(() => pipeline.Fit(data)).Message);
    }

    [Theory]
    [InlineData(ImageResizingEstimator.ResizingKind.Fill, new[] { 10, 30, 50, 70 }, new[] { 0, 20, 30, 50 })]
    [InlineData(ImageResizingEstimator.ResizingKind.IsoCrop, new[] { 3, 19, 35, 51 }, new[] { 3, 18, 33, 48 })]
    [InlineData(ImageResizingEstimator.ResizingKind.IsoPad, new[] { 5, 25, 45, 65 }, new[] { 5, 25, 45, 0 })]
    public void ImagesAreResizedAsTheRealPackageDoes(ImageResizingEstimator.ResizingKind kind, int[] reds, int[] greens)
    {
        // Red grows by 10 a column, green by 10 a row; the expected values are the real package's.
        var ramp = new byte[8 * 6 * 4];
        for (var i = 0; i < 48; i++)
            (ramp[i * 4], ramp[i * 4 + 1], ramp[i * 4 + 3]) = ((byte)(i % 8 * 10), (byte)(i / 8 * 10), 255);
        var data = _ml.Data.LoadFromEnumerable(new[] { new Ramp { Image = MLImage.CreateFromPixels(8, 6, MLPixelFormat.Rgba32, ramp) } });
        var output = _ml.Transforms.ResizeImages("Small", 4, 4, "Image", kind)
            .Append(_ml.Transforms.ExtractPixels("Pixels", "Small")).Fit(data).Transform(data);
        var pixels = output.GetColumn<float[]>("Pixels").Single();
        Assert.Equal("Image<4, 4>", $"{output.Schema["Small"].Type}");
        Assert.Equal(reds, pixels[..4].Select(value => (int)value), Within1);
        Assert.Equal(greens, Enumerable.Range(0, 4).Select(y => (int)pixels[16 + y * 4]), Within1);

        static bool Within1(int expected, int actual) => Math.Abs(expected - actual) <= 1;
    }

    [Fact]
    public void GrayscaleWeighsTheColours()
    {
        var data = _ml.Data.LoadFromEnumerable(new[]
        {
            new Pair { Image = MLImage.CreateFromPixels(2, 1, MLPixelFormat.Rgba32, [70, 10, 7, 255, 0, 20, 0, 255]) },
        });
        var output = _ml.Transforms.ConvertToGrayscale("Grey", "Image").Append(_ml.Transforms.ExtractPixels("Pixels", "Grey")).Fit(data).Transform(data);
        Assert.Equal([28, 12, 28, 12, 28, 12], output.GetColumn<float[]>("Pixels").Single());
    }

    private static TemporaryFile SavedPicture(int start)
    {
        var file = new TemporaryFile(".png");
        using var image = Samples.CreateImage(start);
        image.Save(file.Path);
        return file;
    }

    private sealed class AnyPicture
    {
        [ImageType(Picture.Height, Picture.Width)]
        public MLImage? Image { get; set; }
    }

    private sealed class UnsizedPicture
    {
        [ImageType]
        public MLImage? Image { get; set; }
    }

    private sealed class Pair
    {
        [ImageType(1, 2)]
        public MLImage? Image { get; set; }
    }

    private sealed class Ramp
    {
        [ImageType(6, 8)]
        public MLImage? Image { get; set; }
    }
}
