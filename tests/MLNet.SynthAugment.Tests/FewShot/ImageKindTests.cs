using Microsoft.ML;
using Microsoft.ML.Data;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Tests.FewShot;

/// <summary>Synthetic images come in the kind of their column, with the same pixels in each.</summary>
public sealed class ImageKindTests : IDisposable
{
    private readonly Fitting _fitting = new();

    public void Dispose() => _fitting.Dispose();

    private MLContext ML => _fitting.ML;

    private IDataView SyntheticOf(
        IDataView view, string column, Action<SynthesizeFewShotEstimator.Options>? change = null)
    {
        var options = _fitting.Options(column, perClass: 2);
        change?.Invoke(options);
        return _fitting.Fit(view, options).SyntheticOnly;
    }

    private static List<T> ReadColumn<T>(IDataView view, string name)
    {
        using var cursor = view.GetRowCursor([view.Schema[name]]);
        var getter = cursor.GetGetter<T>(view.Schema[name]);
        var values = new List<T>();
        while (cursor.MoveNext())
        {
            T value = default!;
            getter(ref value);
            values.Add(value);
        }
        return values;
    }

    private List<byte[]> ExpectedPixels() =>
        [.. ReadColumn<ReadOnlyMemory<char>>(
            SyntheticOf(ML.Data.LoadFromEnumerable(_fitting.WriteShots()), "ImagePath"), "ImagePath")
            .Select(path => Pixels(Image.Load<Rgb24>(path.ToString())))];

    private static byte[] Pixels(Image<Rgb24> image)
    {
        using (image)
        {
            var pixels = new byte[3 * image.Width * image.Height];
            image.CopyPixelDataTo(pixels);
            return pixels;
        }
    }

    private static byte[] Pixels(MLImage image)
    {
        using (image)
        {
            Assert.Equal(MLPixelFormat.Bgra32, image.PixelFormat);
            var bgra = image.Pixels.ToArray();
            return [.. Enumerable.Range(0, bgra.Length / 4)
                .SelectMany(i => new[] { bgra[4 * i + 2], bgra[4 * i + 1], bgra[4 * i] })];
        }
    }

    [Fact]
    public void Encoded_bytes()
    {
        var bytes = ReadColumn<VBuffer<byte>>(
            SyntheticOf(ML.Data.LoadFromEnumerable(_fitting.WriteShots()), "Bytes"), "Bytes");
        Assert.Equal(ExpectedPixels(), bytes.Select(value => Pixels(Image.Load<Rgb24>(value.DenseValues().ToArray()))));
    }

    [Fact]
    public void Images_of_unknown_size()
    {
        var shots = ML.Data.LoadFromEnumerable(_fitting.WriteShots());
        var view = ML.Transforms.LoadImages("Image", "", "ImagePath").Fit(shots).Transform(shots);
        Assert.Equal(ExpectedPixels(), ReadColumn<MLImage>(SyntheticOf(view, "Image"), "Image").Select(Pixels));
    }

    [Fact]
    public void Images_of_known_size_are_made_that_size()
    {
        var shots = ML.Data.LoadFromEnumerable(_fitting.WriteShots());
        var view = ML.Transforms.LoadImages("Image", "", "ImagePath")
            .Append(ML.Transforms.ResizeImages("Image", 12, 10)).Fit(shots).Transform(shots);
        var synthetic = SyntheticOf(view, "Image");
        Assert.Equal(view.Schema["Image"].Type, synthetic.Schema["Image"].Type);
        Assert.All(ReadColumn<MLImage>(synthetic, "Image"),
            image => Assert.Equal((12, 10), (image.Width, image.Height)));

        // A method that makes another size than the column's.
        var small = ML.Transforms.ResizeImages("Small", 5, 4, "Image").Fit(synthetic).Transform(synthetic);
        Assert.All(ReadColumn<MLImage>(small, "Small"), image => Assert.Equal((5, 4), (image.Width, image.Height)));
    }

    [Fact]
    public void Images_in_memory_are_each_a_new_object_that_the_reader_owns()
    {
        var rows = _fitting.WriteShots()
            .Select(shot => new DrawingInMemory { Label = shot.Label, Image = MLImage.CreateFromFile(shot.ImagePath) })
                .ToList();
        var view = ML.Data.LoadFromEnumerable(rows);
        var synthetic = SyntheticOf(view, "Image");
        var column = synthetic.Schema["Image"];
        using var cursor = synthetic.GetRowCursor([column]);
        var getter = cursor.GetGetter<MLImage>(column);
        Assert.True(cursor.MoveNext());
        MLImage? first = null, second = null;
        getter(ref first!);
        getter(ref second!);
        Assert.NotSame(first, second);
        first.Dispose();
        Assert.Equal(Drawings.Size, second.Width);
        var replaced = second;
        getter(ref second!);
        Assert.ThrowsAny<Exception>(() => replaced.Pixels.Length);
        second.Dispose();
    }

    [Fact]
    public void Relative_paths_start_from_the_image_folder()
    {
        var shots = _fitting.WriteShots();
        foreach (var shot in shots)
            shot.ImagePath = Path.GetFileName(shot.ImagePath);
        var synthetic = SyntheticOf(
            ML.Data.LoadFromEnumerable(shots), "ImagePath", options => options.ImageFolder = _fitting.Folder["shots"]);
        Assert.Equal(6, ReadColumn<ReadOnlyMemory<char>>(synthetic, "ImagePath")
            .Count(path => Path.IsPathRooted(path.ToString())));
    }
}
