using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.SynthAugment.Diffusion.Images;
using MLNet.SynthAugment.FewShot;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace MLNet.SynthAugment.Tests.FewShot;

/// <summary>
/// How shots are turned and composed in the three kinds of image columns: as the classifier will see the real rows,
/// or as asked for.
/// </summary>
public sealed class ImageReadingTests : IDisposable
{
    private const int Width = 24;
    private const int Height = 16;

    private static readonly string[] s_kinds = ["ImagePath", "Bytes", "Image"];
    private static readonly JpegEncoder s_jpeg = new() { Quality = 100, ColorType = JpegColorType.YCbCrRatio444 };

    private readonly Fitting _fitting = new();
    private readonly List<Drawing> _rows = [];
    private readonly Dictionary<long, Shot> _shots = [];

    public static TheoryData<string, int> KindsAndOrientations
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var kind in s_kinds)
            {
                foreach (var orientation in new[] { 3, 5, 6, 7, 8 })
                    data.Add(kind, orientation);
            }
            return data;
        }
    }

    public static TheoryData<string> Kinds => [.. s_kinds];

    public void Dispose() => _fitting.Dispose();

    private MLContext ML => _fitting.ML;

    private IEnumerable<string> Told(string word) =>
        _fitting.Log.Where(line => line.Contains(word, StringComparison.Ordinal));

    private void Add(string label, Image image, IImageEncoder encoder)
    {
        Directory.CreateDirectory(_fitting.Folder["shots"]);
        var path = Path.Combine(_fitting.Folder["shots"], $"{_rows.Count}.{(encoder is JpegEncoder ? "jpg" : "png")}");
        image.Save(path, encoder);
        _rows.Add(new Drawing { Label = label, ImagePath = path, Bytes = File.ReadAllBytes(path) });
    }

    // A colour for each quarter, so that every way to turn it gives another picture.
    private static Image<Rgb24> Quarters(int number)
    {
        Rgb24[] colours = [new(250, 10, 10), new(10, 250, 10), new(10, 10, 250), new(250, 250, (byte)(30 * number))];
        return Image.LoadPixelData<Rgb24>(
            [.. Enumerable.Range(0, Width * Height)
            .Select(i => colours[(i % Width * 2 / Width) + (2 * (i / Width * 2 / Height))])], Width, Height);
    }

    /// <summary>Two photographs in each of two classes; one of each class lies otherwise than it is stored.</summary>
    private void AddPhotographs(int orientation)
    {
        for (var number = 0; number < 4; number++)
        {
            using var image = Quarters(number);
            if (number % 2 == 0)
            {
                image.Metadata.ExifProfile = new ExifProfile();
                image.Metadata.ExifProfile.SetValue(ExifTag.Orientation, (ushort)orientation);
            }
            Add(number < 2 ? "cat" : "dog", image, s_jpeg);
        }
    }

    private static Image<Rgba32> Strokes(int number)
    {
        var image = new Image<Rgba32>(Width, Height, new Rgba32(0, 0, 0, 0));
        for (var i = 2; i < 12; i++)
            (image[i, i], image[i + number, 5]) = (new Rgba32(0, 0, 0, 255), new Rgba32(0, 0, 0, 128));
        return image;
    }

    private IDataView View(string kind)
    {
        var rows = ML.Data.LoadFromEnumerable(_rows);
        return kind == "Image" ? ML.Transforms.LoadImages("Image", "", "ImagePath").Fit(rows).Transform(rows) : rows;
    }

    private SynthesizeFewShotTransformer Fit(
        IDataView view, string kind, Action<SynthesizeFewShotEstimator.Options>? change = null)
    {
        var options = _fitting.Options(kind, perClass: 2);
        // Moved by nothing: a synthetic image is one of the shots.
        options.Method = new ShiftedShots
        {
            MaxShift = 1,
            OnBatch = batch =>
            {
                foreach (var shot in batch.Class.Shots)
                    _shots[shot.Row] = shot;
            },
        };
        change?.Invoke(options);
        return _fitting.Fit(view, options);
    }

    private List<string> ShotHashes() => [.. _shots.OrderBy(pair => pair.Key).Select(pair => pair.Value.ImageHash)];

    // As a classifier of ML.NET gets them: by LoadImages, or from the bytes.
    private List<(string Label, bool IsSynthetic, int Width, byte[] Pixels)> Seen(IDataView view, string kind)
    {
        if (kind == "ImagePath")
            view = ML.Transforms.LoadImages("Image", "", "ImagePath").Fit(view).Transform(view);
        using var cursor = view.GetRowCursor(view.Schema);
        var readImage = kind == "Bytes"
            ? FromBytes(cursor.GetGetter<VBuffer<byte>>(view.Schema["Bytes"]))
                : cursor.GetGetter<MLImage>(view.Schema["Image"]);
        var readLabel = cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["Label"]);
        var readSynthetic = cursor.GetGetter<bool>(view.Schema["IsSynthetic"]);
        var rows = new List<(string, bool, int, byte[])>();
        while (cursor.MoveNext())
        {
            MLImage? image = null;
            ReadOnlyMemory<char> label = default;
            var isSynthetic = false;
            readImage(ref image!);
            readLabel(ref label);
            readSynthetic(ref isSynthetic);
            using (image)
                rows.Add((label.ToString(), isSynthetic, image.Width, image.Pixels.ToArray()));
        }
        return rows;
    }

    private static ValueGetter<MLImage> FromBytes(ValueGetter<VBuffer<byte>> getter) => (ref MLImage value) =>
    {
        VBuffer<byte> bytes = default;
        getter(ref bytes);
        using var stream = new MemoryStream(bytes.DenseValues().ToArray());
        value = MLImage.CreateFromStream(stream);
    };

    [Theory]
    [MemberData(nameof(KindsAndOrientations))]
    public void Synthetic_rows_lie_as_MLNET_shows_the_real_ones(string kind, int orientation)
    {
        AddPhotographs(orientation);
        var view = View(kind);
        var rows = Seen(Fit(view, kind).Transform(view), kind);
        Assert.Equal((4, 4), (rows.Count(row => !row.IsSynthetic), rows.Count(row => row.IsSynthetic)));
        Assert.All(rows.Where(row => row.IsSynthetic),
            row => Assert.Contains(rows, real => !real.IsSynthetic && real.Label == row.Label
                && real.Pixels.SequenceEqual(row.Pixels)));
        Assert.All(rows, row => Assert.Equal(Width, row.Width));
        if (kind == "Image")
            Assert.Empty(Told("EXIF"));
        else
            Assert.StartsWith("Warning: 2 of 4 images carry an EXIF orientation and are read as they are stored, "
                + "not turned", Assert.Single(Told("EXIF")));
    }

    [Theory]
    [MemberData(nameof(KindsAndOrientations))]
    public void Upright_turns_what_says_how_it_lies(string kind, int orientation)
    {
        AddPhotographs(orientation);
        Fit(View(kind), kind, options => options.ImageOrientation = ImageOrientation.Upright);
        Assert.Equal(4, _shots.Count);
        foreach (var (row, shot) in _shots)
        {
            using var wanted = Image.Load<Rgb24>(_rows[(int)row].ImagePath);
            if (kind != "Image")
                wanted.Mutate(context => context.AutoOrient());
            using var image = shot.OpenImage();
            Assert.Equal((wanted.Width, wanted.Height), (image.Width, image.Height));
            // Two decoders of JPEG differ by rounding.
            Assert.All(TestImages.Bytes(wanted).Zip(TestImages.Bytes(image)),
                pair => Assert.InRange(pair.First - pair.Second, -4, 4));
        }
        if (kind == "Image")
            Assert.StartsWith("Warning: Column 'Image' holds decoded images, which do not say how they lie",
                Assert.Single(Told("ImageOrientation")));
        else
            Assert.StartsWith("Info: 2 of 4 images carry an EXIF orientation and are turned upright, and so are the "
                + "synthetic images", Assert.Single(Told("EXIF")));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_is_transparent_is_composed_on_white_in_every_kind_of_column(string kind)
    {
        AddStrokes();
        Fit(View(kind), kind);
        Assert.Equal(ExpectedHashes(new Rgb24(255, 255, 255), new Rgb24(127, 127, 127)), ShotHashes());
        Assert.StartsWith("Warning: 4 of 5 images are transparent in places and are composed on #FFFFFF",
            Assert.Single(Told("transparent")));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_ground_is_an_option(string kind)
    {
        AddStrokes();
        Fit(View(kind), kind, options => options.ImageGround = Color.FromRgb(255, 0, 100));
        Assert.Equal(ExpectedHashes(new Rgb24(255, 0, 100), new Rgb24(127, 0, 50)), ShotHashes());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void On_black_shots_are_what_MLNET_shows_a_classifier(string kind)
    {
        AddStrokes();
        var view = View(kind);
        var rows = Seen(Fit(view, kind, options => options.ImageGround = Color.Black).Transform(view), kind);
        byte[] Colours(byte[] pixels) => [.. pixels.Where((_, i) => i % 4 != 3)];
        Assert.All(rows.Where(row => row.IsSynthetic),
            row => Assert.Contains(rows, real => !real.IsSynthetic
                && Colours(real.Pixels).SequenceEqual(Colours(row.Pixels))));
        Assert.StartsWith("Info: 4 of 5 images are transparent in places and are composed on #000000, as ML.NET's",
            Assert.Single(Told("transparent")));
    }

    [Fact]
    public void A_ground_must_be_opaque() =>
        Assert.Contains("must be opaque",
            Assert.Throws<ArgumentException>(
                () => ML.Transforms.SynthesizeFewShot(
                new SynthesizeFewShotEstimator.Options { ImageGround = Color.Transparent })).Message);

    [Fact]
    public void What_is_transparent_in_a_mask_is_background()
    {
        using (var image = Quarters(1))
            Add("cat", image, new PngEncoder());
        using var mask = new Image<Rgba32>(Width, Height, new Rgba32(0, 0, 0, 0));
        mask[3, 4] = new Rgba32(255, 255, 255, 255);
        var path = _fitting.Folder["mask.png"];
        mask.SaveAsPng(path);
        var rows = ML.Data.LoadFromEnumerable(
            [new AnnotatedDrawing { Label = "cat", ImagePath = _rows[0].ImagePath, MaskPath = path }]);
        Fit(rows, "ImagePath", options => options.MaskColumnName = nameof(AnnotatedDrawing.MaskPath));
        using var read = _shots[0].OpenMask()!;
        Assert.Equal((new Rgb24(0, 0, 0), new Rgb24(255, 255, 255)), (read[0, 0], read[3, 4]));
    }

    [Fact]
    public void Another_reading_is_another_store_where_it_changes_a_shot()
    {
        AddPhotographs(6);
        var stores = new[] { ImageOrientation.AsStored, ImageOrientation.Upright }.Select(
            orientation => Fit(View("Bytes"), "Bytes", options => options.ImageOrientation = orientation).StoreFolder);
        Assert.Equal(2, stores.Distinct().Count());
        Assert.Single(new[] { Color.White, Color.Black }.Select(
            ground => Fit(View("Bytes"), "Bytes", options => options.ImageGround = ground).StoreFolder).Distinct());
    }

    [Fact]
    public void Shots_that_cannot_teach_are_named()
    {
        using var first = Quarters(1);
        using var second = Quarters(2);
        using var blank = new Image<Rgb24>(Width, Height, new Rgb24(7, 7, 7));
        foreach (var (label, image) in new[] { ("cat", first), ("cat", first), ("Cat", first), ("Cat", second),
            ("dog", blank), ("dog", second) })
            Add(label, image, new PngEncoder());
        Fit(View("ImagePath"), "ImagePath", options => options.ClassNames = new Dictionary<string, string>
        { ["dog"] = "CAT" });
        Assert.Equal(
            [
                "Warning: 1 of the 2 images of class 'dog' is of one colour and shows nothing: row 4.",
                "Warning: 2 of the 2 images of class 'cat' are identical and teach no more than one: row 0, row 1.",
                "Warning: Classes 'Cat', 'cat' and 'dog' have names that differ only in letter case, spaces or "
                    + "Unicode form: 'Cat', 'cat' and 'CAT'. If they are one class, give them one label.",
                "Warning: The same picture is in 2 classes, of which at most one can be right: 'Cat', 'dog'. It is "
                    + "row 3, row 5.",
                "Warning: The same picture is in 2 classes, of which at most one can be right: 'cat', 'Cat'. It is "
                    + "row 0, row 1, row 2.",
            ],
            _fitting.Log.Where(line => line.StartsWith("Warning", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal));
    }

    private void AddStrokes()
    {
        for (var number = 0; number < 4; number++)
        {
            using var image = Strokes(number + 1);
            Add(number < 2 ? "cross" : "ring", image, new PngEncoder { ColorType = PngColorType.RgbWithAlpha });
        }
        using var opaque = Quarters(0);
        Add("ring", opaque, new PngEncoder());
    }

    private IEnumerable<string> ExpectedHashes(Rgb24 ground, Rgb24 half)
    {
        for (var row = 0; row < 5; row++)
        {
            using var stored = Image.Load<Rgba32>(_rows[row].ImagePath);
            var pixels = Enumerable.Range(0, Width * Height).Select(i => stored[i % Width, i / Width])
                .Select(pixel => pixel.A switch { 0 => ground, 128 => half, _ => pixel.Rgb }).ToArray();
            using var expected = Image.LoadPixelData<Rgb24>(pixels, Width, Height);
            yield return Hash(expected);
        }
    }

    // As Shot.ImageHash is documented.
    private static string Hash(Image<Rgb24> image) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(
        [.. BitConverter.GetBytes(image.Width), .. BitConverter.GetBytes(image.Height), .. TestImages.Bytes(image)]));
}
