using Microsoft.ML;
using MLNet.SynthAugment.Diffusion.Images;
using MLNet.SynthAugment.Evaluation;
using MLNet.SynthAugment.Selection;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Tests.Evaluation;

/// <summary>
/// Measures over views with images, by a random CLIP model that tells the drawings apart by the shots.
/// </summary>
public sealed class ImageViewTests : IDisposable
{
    private readonly Fitting _fitting = new();
    private readonly ImageTextModel _clip;
    private readonly List<Drawing> _real;
    private readonly List<Drawing> _synthetic;

    public ImageViewTests()
    {
        _clip = TinyClip.Save(_fitting.Folder["clip"]);
        _real = _fitting.WriteShots(8);
        _synthetic = Drawings.Write(_fitting.Folder["synthetic"], 6, firstNumber: 40);
    }

    public void Dispose() => _fitting.Dispose();

    private IDataView View(IEnumerable<Drawing> rows) => _fitting.ML.Data.LoadFromEnumerable(rows);

    private SyntheticImageMetrics Evaluate(
        IEnumerable<Drawing> real, IEnumerable<Drawing> synthetic, Action<EvaluationOptions>? change = null)
    {
        var options = new EvaluationOptions
        { ImageColumnName = "ImagePath", Clip = _clip, Device = "cpu", Reference = ClassReference.Shots };
        change?.Invoke(options);
        return _fitting.ML.SyntheticImages().Evaluate(View(real), View(synthetic), options);
    }

    [Fact]
    public void All_kinds_of_image_columns_and_batch_sizes_give_the_same_measures()
    {
        var expected = Evaluate(_real, _synthetic);
        Assert.Equal((24, 18, 16, 0),
            (expected.RealCount, expected.SyntheticCount, expected.FeatureDimension, expected.Unmeasured.Count));
        Assert.Equal(1, expected.ClassCorrectness!.Share);
        Assert.Equal(1, expected.RealClassCorrectness!.Share);
        AssertSame(expected, Evaluate(_real, _synthetic, options => options.BatchSize = 5));
        AssertSame(expected, Evaluate(_real, _synthetic, options => options.ImageColumnName = "Bytes"));
        var images = _fitting.ML.Transforms.LoadImages("Image", "", "ImagePath").Fit(View(_real));
        AssertSame(expected, _fitting.ML.SyntheticImages()
            .Evaluate(images.Transform(View(_real)), images.Transform(View(_synthetic)), new EvaluationOptions
            { Clip = _clip, Reference = ClassReference.Shots }));
    }

    [Theory]
    [InlineData(ImageOrientation.AsStored)]
    [InlineData(ImageOrientation.Upright)]
    public void Images_are_turned_as_asked_for(ImageOrientation orientation)
    {
        var turned = _real.Select(row => Saved(row, image =>
        {
            image.Metadata.ExifProfile = new ExifProfile();
            image.Metadata.ExifProfile.SetValue(ExifTag.Orientation, (ushort)3);
        })).ToList();
        var upright = _real.Select(
            row => Saved(row, image => image.Mutate(context => context.Rotate(RotateMode.Rotate180)))).ToList();
        AssertSame(Evaluate(orientation == ImageOrientation.Upright ? upright : _real, _synthetic),
            Evaluate(turned, _synthetic, options => options.ImageOrientation = orientation));
        Assert.StartsWith("Warning: The real data: 24 of 24 images carry an EXIF orientation",
            Assert.Single(_fitting.Log, line => line.Contains("EXIF", StringComparison.Ordinal)));
    }

    private Drawing Saved(Drawing row, Action<Image<Rgb24>> change)
    {
        using var image = Image.Load<Rgb24>(row.ImagePath);
        change(image);
        var path = _fitting.Folder[$"{Guid.NewGuid():N}.png"];
        image.SaveAsPng(path);
        return new Drawing { Label = row.Label, ImagePath = path };
    }

    [Fact]
    public void The_order_of_rows_changes_nothing() =>
        AssertSame(Evaluate(_real, _synthetic),
            Evaluate(Samples.Shuffle(_real, seed: 1), Samples.Shuffle(_synthetic, seed: 2)));

    [Fact]
    public void The_real_images_are_near_copies_of_themselves_and_of_their_class()
    {
        var found = Evaluate(_real, _real);
        Assert.Equal((0, 1, 1), (Math.Round(found.Fid!.Value, 6), found.Prdc!.Precision, found.Prdc!.Recall));
        Assert.Equal((1, 0), (found.NearCopies!.Rate, Math.Round(found.NearCopies!.MedianDistance, 4)));
        Assert.Equal(found.RealDiversity, found.Diversity);
        var swapped = _real.Select(
            row => new Drawing
            {
                ImagePath = row.ImagePath,
                Label = row.Label == "cat" ? "dog" : row.Label == "dog"
            ? "cat" : row.Label
            });
        Assert.Equal(1 / 3.0, Evaluate(_real, swapped).ClassCorrectness!.Share, 1e-9);
    }

    [Fact]
    public void Texts_are_class_names_in_prompts()
    {
        var found = Evaluate(_real, _synthetic, options =>
        {
            (options.Reference, options.Templates) = (ClassReference.Text, ["a {class}", "b {class} c"]);
            options.ClassNames = new Dictionary<string, string> { ["owl"] = "night bird" };
        });
        // Checked against the model itself.
        using var clip = _clip.Load("cpu");
        using var scope = NewDisposeScope();
        var texts = stack([.. new[] { "cat", "dog", "night bird" }.Select(
            name => clip.EncodeTexts([$"a {name}", $"b {name} c"]).mean([0])).Select(mean => mean / mean.norm())]);
        Assert.True((texts[0] - texts[1]).norm().item<float>() > 0.01,
            "Texts that are all alike would tell nothing of which is right.");
        var images = _synthetic.Select(
            row => SixLabors.ImageSharp.Image.Load<SixLabors.ImageSharp.PixelFormats.Rgb24>(row.ImagePath)).ToList();
        var cosines = clip.EncodeImages(images).matmul(texts.t());
        images.ForEach(image => image.Dispose());
        var (scores, right) = (new List<double>(), new List<double>());
        foreach (var (row, i) in _synthetic.Select((row, i) => (row, i)))
        {
            var ofRow = cosines[i].data<float>().ToArray();
            var own = Array.IndexOf(Drawings.Classes, row.Label);
            scores.Add(100 * Math.Max(0, ofRow[own]));
            right.Add(ofRow[own] == ofRow.Max() ? 1 : 0);
        }
        Assert.Equal(scores.Average(), found.ClipScore!.Value, 1e-3);
        Assert.Equal(right.Average(), found.ClassCorrectness!.Share, 1e-9);
        Assert.NotNull(found.RealClipScore);
        Assert.Equal(found.ClipScore!.Value,
            Evaluate(_synthetic, _synthetic, options =>
            {
                (options.Templates, options.Metrics) = (["a {class}", "b {class} c"], [ClipScore.Metric]);
                options.ClassNames = new Dictionary<string, string> { ["owl"] = "night bird" };
            }).RealClipScore!.Value, 1e-9);
    }

    [Fact]
    public void Images_that_cannot_be_read_are_named_and_left_out()
    {
        File.WriteAllText(_synthetic[4].ImagePath, "no image");
        Assert.Equal(17, Evaluate(_real, _synthetic).SyntheticCount);
        Assert.Contains(_fitting.Log,
            line => line.StartsWith(
                $"Warning: The synthetic data: The image of row 4 cannot be read and the row is left out: '{_synthetic[4].ImagePath}'", StringComparison.Ordinal));
        var error = Assert.ThrowsAny<ArgumentException>(() => Evaluate(_real, [_synthetic[4]]));
        Assert.Equal("The synthetic data cannot be measured. None of its 1 images can be read; the warnings in the "
            + "log say why.", error.Message);
    }

    [Fact]
    public void Features_are_read_once_for_measures_taken_one_by_one()
    {
        var options = new EvaluationOptions { ImageColumnName = "ImagePath", Clip = _clip, Device = "cpu" };
        var (real, synthetic) = (_fitting.ML.SyntheticImages().ReadFeatures(View(_real), options),
            _fitting.ML.SyntheticImages().ReadFeatures(View(_synthetic), options));
        var all = Evaluate(_real, _synthetic);
        Assert.Equal(all.Fid, FrechetDistance.Compute(real.Features, synthetic.Features));
        Assert.Equal(all.NearCopies, NearCopyRate.Compute(real, synthetic));
        Assert.Equal(_real.Select(row => row.Label), real.Labels);
    }

    [Fact]
    public void A_feature_column_that_is_not_the_CLIP_model_s_is_an_error()
    {
        var rows = Samples.Normal(10, 5, seed: 1)
            .Select(features => new FeatureRow { Label = "cat", Features = features }).ToList();
        var view = _fitting.ML.Data.LoadFromEnumerable(rows);
        var error = Assert.ThrowsAny<ArgumentException>(
            () => _fitting.ML.SyntheticImages()
            .Evaluate(view, view, new EvaluationOptions
            { FeatureColumnName = "Features", Clip = _clip, Device = "cpu" }));
        Assert.Contains("has 5 features per row, but the CLIP model 16", error.Message);
    }

    [Fact]
    public void Cancellation_stops_the_reading()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(
            () => Evaluate(_real, _synthetic, options => options.CancellationToken = source.Token));
    }

    private sealed class FeatureRow
    {
        public string Label { get; set; } = "";

        [Microsoft.ML.Data.VectorType(5)]
        public float[] Features { get; set; } = [];
    }

    // Features of images hang on their batch in the last bits.
    private static void AssertSame(SyntheticImageMetrics expected, SyntheticImageMetrics found)
    {
        Assert.Equal(expected.Fid!.Value, found.Fid!.Value, 1e-4);
        Assert.Equal(expected.Kid!.Value, found.Kid!.Value, 1e-4);
        Assert.Equal(expected.Cmmd!.Value, found.Cmmd!.Value, 1e-3);
        Assert.Equal(expected.Prdc, found.Prdc);
        Assert.Equal(expected.ClipScore!.Value, found.ClipScore!.Value, 1e-3);
        Assert.Equal(expected.ClassCorrectness!.ByClass, found.ClassCorrectness!.ByClass);
        Assert.Equal(expected.NearCopies!.Rate, found.NearCopies!.Rate);
        Assert.Equal(expected.Diversity!.Value, found.Diversity!.Value, 1e-4);
    }
}
