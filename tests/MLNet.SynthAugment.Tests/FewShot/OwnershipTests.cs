using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNet.SynthAugment.Tests.FewShot;

/// <summary>Images of the user's are never disposed, whoever passes over them and how often.</summary>
public sealed class OwnershipTests : IDisposable
{
    private readonly Fitting _fitting = new();
    private readonly List<DrawingWithMask> _rows;

    public OwnershipTests()
    {
        var number = 0;
        _rows = _fitting.WriteShots().ConvertAll(shot => new DrawingWithMask
        {
            Label = shot.Label,
            Image = MLImage.CreateFromFile(shot.ImagePath),
            Mask = MLImage.CreateFromFile(shot.ImagePath),
            Number = number++,
        });
    }

    public void Dispose() => _fitting.Dispose();

    private MLContext ML => _fitting.ML;

    private sealed class DrawingWithMask
    {
        public string Label { get; set; } = "";

        [ImageType(8, 8)]
        public MLImage? Image { get; set; }

        [ImageType(8, 8)]
        public MLImage? Mask { get; set; }

        public float Number { get; set; }
    }

    private sealed class Predicted
    {
        public string PredictedLabel { get; set; } = "";
    }

    private IDataView View(IEnumerable<DrawingWithMask>? rows = null) => ML.Data.LoadFromEnumerable(rows ?? _rows);

    private SynthesizeFewShotEstimator.Options Options()
    {
        var options = _fitting.Options("Image");
        options.MaskColumnName = "Mask";
        return options;
    }

    private void AssertAlive()
    {
        foreach (var row in _rows)
        {
            Assert.Equal(4 * 8 * 8, row.Image!.Pixels.Length);
            Assert.Equal(4 * 8 * 8, row.Mask!.Pixels.Length);
        }
    }

    // Some steps hand an image on, some make a new one, some dispose the last one that they were given.
    private IEstimator<ITransformer>[] Readers =>
    [
        ML.Transforms.ExtractPixels("Pixels", "Image"),
        ML.Transforms.ResizeImages("Image", 8, 8).Append(ML.Transforms.ExtractPixels("Pixels", "Image")),
        ML.Transforms.ResizeImages("Image", 4, 4).Append(ML.Transforms.ExtractPixels("Pixels", "Image")),
        ML.Transforms.ConvertToGrayscale("Image").Append(ML.Transforms.ExtractPixels("Pixels", "Image")),
        ML.Transforms.ExtractPixels("Pixels", "Mask"),
    ];

    private static int Pass(IDataView view) => view.GetColumn<float[]>("Pixels").Count();

    [Fact]
    public void Fit_twice_and_many_passes_over_either_view()
    {
        var train = View();
        var test = View(_rows.Take(5).ToList());
        for (var round = 0; round < 2; round++)
        {
            var step = ML.Transforms.SynthesizeFewShot(Options()).Fit(train);
            AssertAlive();
            foreach (var reader in Readers)
            {
                foreach (var (view, count) in new[] { (step.Transform(train), 30), (step.Transform(View()), 30),
                    (step.Transform(test), 5) })
                {
                    var pixels = reader.Fit(view).Transform(view);
                    Assert.Equal((count, count), (Pass(pixels), Pass(pixels)));
                    AssertAlive();
                }
            }
        }
    }

    [Fact]
    public void Real_rows_hold_the_pixels_of_the_user_s_images()
    {
        var train = View();
        var step = ML.Transforms.SynthesizeFewShot(Options()).Fit(train);
        float[][] Pixels(IDataView view) =>
            [.. Readers[0].Fit(view).Transform(view).GetColumn<float[]>("Pixels").Take(12)];
        var expected = _rows.Select(
            row => Enumerable.Range(0, 64).Select(i => (float)row.Image!.Pixels[4 * i + 2]).ToArray()).ToArray();
        Assert.Equal(expected, Pixels(step.Transform(train)).Select(values => values[..64]));
        Assert.Equal(expected.Take(5),
            Pixels(step.Transform(View(_rows.Take(5).ToList()))).Select(values => values[..64]));
    }

    [Fact]
    public void Every_image_handed_out_is_the_reader_s_own()
    {
        var train = View();
        var step = ML.Transforms.SynthesizeFewShot(Options()).Fit(train);
        foreach (var view in new[] { step.Transform(train), step.Transform(View(_rows.Take(5).ToList())) })
        {
            foreach (var name in new[] { "Image", "Mask" })
            {
                using var cursor = view.GetRowCursor([view.Schema[name]]);
                var getter = cursor.GetGetter<MLImage>(view.Schema[name]);
                while (cursor.MoveNext())
                {
                    MLImage? first = null, second = null;
                    getter(ref first!);
                    getter(ref second!);
                    // Synthetic rows have no mask.
                    if (first is not null)
                        Assert.NotSame(first, second);
                    first?.Dispose();
                    second?.Dispose();
                }
            }
        }
        AssertAlive();
    }

    [Fact]
    public void Cursors_on_many_threads()
    {
        var train = View();
        var step = ML.Transforms.SynthesizeFewShot(Options()).Fit(train);
        var (expanded, passed) = (step.Transform(train), step.Transform(View(_rows.Take(5).ToList())));
        var reader = Readers[0];
        Parallel.For(0, 16, i =>
            Assert.Equal(i % 2 == 0
                ? 30 : 5, Pass(reader.Fit(i % 2 == 0 ? expanded : passed).Transform(i % 2 == 0 ? expanded : passed))));
        AssertAlive();
        foreach (var cursor in passed.GetRowCursorSet([passed.Schema["Image"]], 4))
        {
            using (cursor)
            {
                var getter = cursor.GetGetter<MLImage>(passed.Schema["Image"]);
                MLImage? image = null;
                while (cursor.MoveNext())
                    getter(ref image!);
                image?.Dispose();
            }
        }
        AssertAlive();
    }

    [Fact]
    public void Cross_validation_training_and_single_predictions()
    {
        var pipeline = ML.Transforms.SynthesizeFewShot(Options()).Append(Readers[1])
            .Append(ML.Transforms.Conversion.MapValueToKey("LabelKey", "Label"))
            .Append(ML.MulticlassClassification.Trainers.SdcaMaximumEntropy(
                "LabelKey", "Pixels", maximumNumberOfIterations: 3))
            .Append(ML.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        ML.MulticlassClassification.CrossValidate(View(), pipeline, numberOfFolds: 3, labelColumnName: "LabelKey");
        AssertAlive();
        var model = pipeline.Fit(View());
        Assert.Equal(5, model.Transform(View(_rows.Take(5).ToList())).GetColumn<float[]>("Score").Count());
        using (var engine = ML.Model.CreatePredictionEngine<DrawingWithMask, Predicted>(model))
            Assert.All(_rows, row => Assert.NotEmpty(engine.Predict(row).PredictedLabel));
        AssertAlive();
    }

    [Fact]
    public void A_step_that_hands_an_image_on_before_this_one()
    {
        var train = View();
        var pipeline = ML.Transforms.ResizeImages("Image", 8, 8).Append(ML.Transforms.SynthesizeFewShot(Options()))
            .Append(Readers[1]);
        var expanded = pipeline.Fit(train).Transform(train);
        Assert.Equal((30, 30), (Pass(expanded), Pass(expanded)));
        AssertAlive();
    }

    [Fact]
    public void Enumerated_rows_are_the_enumerator_s()
    {
        var train = View();
        var expanded = ML.Transforms.SynthesizeFewShot(Options()).Fit(train).Transform(train);
        Assert.Equal(30, ML.Data.CreateEnumerable<DrawingWithMask>(expanded, reuseRowObject: true).Count());
        foreach (var row in ML.Data.CreateEnumerable<DrawingWithMask>(expanded, reuseRowObject: false))
            row.Image!.Dispose();
        AssertAlive();
    }

    [Fact]
    public void Rows_without_an_image_are_left_out_and_the_others_live()
    {
        _rows[0].Image = null;
        var train = View();
        var expanded = ML.Transforms.SynthesizeFewShot(Options()).Fit(train).Transform(train);
        Assert.Equal(29, Pass(Readers[0].Fit(expanded).Transform(expanded)));
        _rows.RemoveAt(0);
        AssertAlive();
    }
}
