using Microsoft.ML;
using MLNet.SynthAugment.Diffusion.Weights;
using MLNet.SynthAugment.Methods;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Tests.Pipelines;

/// <summary>What a user reads when something is wrong.</summary>
public sealed class ErrorTests : IDisposable
{
    private readonly Fitting _fitting = new();
    private readonly List<Drawing> _shots;

    public ErrorTests() => _shots = _fitting.WriteShots();

    public void Dispose() => _fitting.Dispose();

    private SynthesizeFewShotTransformer Fit(
        Action<SynthesizeFewShotEstimator.Options>? change = null, string image = "ImagePath")
    {
        var options = _fitting.Options(image);
        change?.Invoke(options);
        return _fitting.Fit(_fitting.ML.Data.LoadFromEnumerable(_shots), options);
    }

    private string ErrorOf<TException>(Action<SynthesizeFewShotEstimator.Options> change)
        where TException : Exception => Assert.Throws<TException>(() => Fit(change)).Message;

    [Fact]
    public void A_column_that_is_not_there()
    {
        Assert.Equal("The data has no label column 'Lable'. Its columns are: 'Label', 'ImagePath', 'Bytes', "
            + "'Number', 'Count'.", ErrorOf<ArgumentException>(options => options.LabelColumnName = "Lable"));
        Assert.StartsWith("The data has no image column 'Picture'.",
            ErrorOf<ArgumentException>(options => options.ImageColumnName = "Picture"));
    }

    [Fact]
    public void A_column_of_an_unsupported_type()
    {
        Assert.StartsWith("Label column 'Bytes' is of type",
            ErrorOf<ArgumentException>(options => options.LabelColumnName = "Bytes"));
        Assert.Contains("it must be text, a key, a number or Boolean",
            ErrorOf<ArgumentException>(options => options.LabelColumnName = "Bytes"));
        Assert.StartsWith("Image column 'Number' is of type Single; it must be an image, text",
            ErrorOf<ArgumentException>(options => options.ImageColumnName = "Number"));
    }

    [Fact]
    public void The_schema_is_checked_before_there_are_data()
    {
        var shape = _fitting.ML.Transforms.CustomMapping<Nothing, Drawing>((_, _) => { }, null)
            .GetOutputSchema(new SchemaShape([]));
        string Error(string label, string image) =>
            Assert.Throws<ArgumentException>(
                () => _fitting.ML.Transforms.SynthesizeFewShot(label, image).GetOutputSchema(shape)).Message;
        Assert.StartsWith("The data has no label column 'Lable'.", Error("Lable", "ImagePath"));
        Assert.StartsWith("Label column 'Bytes' is a VariableVector of Byte", Error("Bytes", "ImagePath"));
        Assert.StartsWith("Image column 'Number' is a Scalar of Single", Error("Label", "Number"));
    }

    private sealed class Nothing;

    [Fact]
    public void An_unreadable_image_is_named_and_its_row_left_out()
    {
        File.WriteAllText(_shots[0].ImagePath, "not an image");
        File.Delete(_shots[4].ImagePath);
        var expanded = _fitting.Fit(_fitting.ML.Data.LoadFromEnumerable(_shots), _fitting.Options());
        Assert.Equal(18, expanded.SyntheticOnly.GetRowCount());
        Assert.Contains(_fitting.Log, line => line.StartsWith("Warning") && line.Contains("row 0 (class 'cat')")
            && line.Contains(_shots[0].ImagePath));
        Assert.Contains(_fitting.Log, line => line.StartsWith("Warning") && line.Contains("row 4 (class 'dog')")
            && line.Contains(_shots[4].ImagePath));
    }

    [Fact]
    public void A_pipeline_with_an_unreadable_image_trains_on_the_other_rows()
    {
        File.WriteAllText(_shots[0].ImagePath, "not an image");
        var ml = _fitting.ML;
        var model = ml.Transforms.LoadImages("Image", "", "ImagePath")
            .Append(ml.Transforms.SynthesizeFewShot(_fitting.Options("Image"))).Pixels(ml)
            .Append(ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy("LabelKey", "Pixels"))
                .Fit(ml.Data.LoadFromEnumerable(_shots));
        Assert.NotNull(model);
        Assert.Contains(_fitting.Log, line => line.Contains("row 0 (class 'cat')"));
    }

    [Fact]
    public void A_class_left_without_image()
    {
        foreach (var shot in _shots.Where(shot => shot.Label == "owl"))
            File.WriteAllBytes(shot.ImagePath, []);
        Assert.StartsWith("Without a readable image in column 'ImagePath': class 'owl'.",
            Assert.Throws<InvalidOperationException>(() => Fit()).Message);
    }

    [Fact]
    public void No_rows_or_no_labels()
    {
        _shots.ForEach(shot => shot.Label = "");
        Assert.Equal("No row of the training data has a label in column 'Label'.",
            Assert.Throws<InvalidOperationException>(() => Fit()).Message);
        _shots.Clear();
        Assert.StartsWith("The training data has no rows",
            Assert.Throws<InvalidOperationException>(() => Fit()).Message);
    }

    [Fact]
    public void An_image_beyond_the_pixel_limit_is_not_decoded()
    {
        using (var large = new Image<Rgb24>(100, 50))
            large.SaveAsPng(_shots[0].ImagePath);
        Fit(options => options.MaxImagePixels = 4999);
        Assert.Contains(_fitting.Log, line => line.Contains("100 × 50 pixels are more than the 4999"));
        Fit(options => options.MaxImagePixels = 5000);
    }

    [Fact]
    public void An_image_beyond_the_pixel_limit_that_another_step_decoded_is_left_out()
    {
        using (var large = new Image<Rgb24>(100, 50))
            large.SaveAsPng(_shots[0].ImagePath);
        var data = _fitting.ML.Data.LoadFromEnumerable(_shots);
        var view = _fitting.ML.Transforms.LoadImages("Image", "", "ImagePath").Fit(data).Transform(data);
        var options = _fitting.Options("Image");
        options.MaxImagePixels = 4999;
        _fitting.Fit(view, options);
        Assert.Contains(_fitting.Log, line => line.Contains("The image of row 0 (class 'cat')")
            && line.Contains("100 × 50 pixels are more than the 4999"));
    }

    [Fact]
    public void A_file_that_is_too_large_for_an_image_is_not_read()
    {
        using (var large = File.OpenWrite(_shots[0].ImagePath))
            large.SetLength((64L << 20) + 1);
        Fit();
        Assert.Contains(_fitting.Log, line => line.Contains("The image of row 0 (class 'cat')")
            && line.Contains("it holds more than 64 MiB"));
    }

    [Fact]
    public void Damaged_bytes_in_a_byte_column()
    {
        _shots[2].Bytes = _shots[2].Bytes[..40];
        _shots[3].Bytes = [];
        Assert.Equal(18, Fit(image: "Bytes").SyntheticOnly.GetRowCount());
        Assert.Contains(_fitting.Log, line => line.Contains("row 2 (class 'owl')"));
        Assert.Contains(_fitting.Log,
            line => line.Contains("row 3 (class 'cat') cannot be read and the row is left out: it is empty."));
    }

    [Fact]
    public void An_unknown_model_folder()
    {
        var error = Assert.Throws<ModelFolderException>(
            () => DiffusionModel.FromFolder(_fitting.Folder["stable-diffusion"]));
        Assert.Contains(_fitting.Folder["stable-diffusion"], error.Message);
        Directory.CreateDirectory(_fitting.Folder["empty"]);
        Assert.Contains("model_index.json",
            Assert.Throws<ModelFolderException>(() => DiffusionModel.FromFolder(_fitting.Folder["empty"])).Message);
    }

    [Fact]
    public void Options_out_of_range()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _fitting.ML.Transforms.SynthesizeFewShot(imagesPerClass: -1));
        Assert.Throws<ArgumentException>(() => _fitting.ML.Transforms.SynthesizeFewShot(labelColumnName: ""));
        Assert.Throws<ArgumentOutOfRangeException>(() => Fit(options => options.RealLossWeight = double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Fit(options => options.BatchSize = 0));
    }

    [Fact]
    public void A_method_that_gives_too_few_images()
    {
        var error = ErrorOf<InvalidOperationException>(options => options.Method = new LazyMethod());
        Assert.Equal("The method gave 0 images for a batch of 3 (class 'cat').", error);
    }

    private sealed record LazyMethod : ISynthesisMethod, IImageSource
    {
        public string Name => "Lazy";

        public bool UsesDiffusionModel => false;

        public IImageSource Adapt(SynthesisContext context) => this;

        public IReadOnlyList<SyntheticImage> Generate(ImageBatch batch, CancellationToken cancellation) => [];

        public void Dispose()
        {
        }
    }
}
