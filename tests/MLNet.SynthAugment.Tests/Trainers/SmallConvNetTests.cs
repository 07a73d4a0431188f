using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.SynthAugment.Diffusion.Images;
using MLNet.SynthAugment.Diffusion.Training;
using MLNet.SynthAugment.Trainers;
using MLNet.SynthAugment.Trainers.Augmentation;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace MLNet.SynthAugment.Tests.Trainers;

/// <summary>
/// The small convolutional network as an ML.NET trainer; what it shares with the other image trainers is tested here
/// too.
/// </summary>
public sealed class SmallConvNetTests : IDisposable
{
    private readonly Fitting _fitting = new();
    private readonly List<WeightedDrawing> _rows;
    private readonly IDataView _train;
    private readonly IDataView _test;

    public SmallConvNetTests()
    {
        _rows = ClassifierTests.Rows(_fitting.Folder["train"], 6);
        _train = ML.View(_rows);
        _test = ML.View(ClassifierTests.Rows(_fitting.Folder["test"], 10, firstNumber: 100));
    }

    public void Dispose() => _fitting.Dispose();

    private MLContext ML => _fitting.ML;

    private static SmallConvNetTrainer.Options Options(int steps = 30) => new()
    {
        LabelColumnName = "LabelKey",
        ImageColumnName = "ImagePath",
        ImageSize = 16,
        Widths = [8, 16],
        BatchSize = 8,
        Steps = steps,
        LearningRate = 0.01,
        Augmentation = ImageAugmentation.None,
        Device = "cpu",
        Seed = 3,
    };

    private ImageClassificationTransformer Fit(
        Action<SmallConvNetTrainer.Options>? change = null, IDataView? train = null, IDataView? validation = null)
    {
        var options = Options();
        change?.Invoke(options);
        var trainer = ML.MulticlassClassification.Trainers.SmallConvNet(options);
        return validation is null ? trainer.Fit(train ?? _train) : trainer.Fit(train ?? _train, validation);
    }

    private float[][] ScoresOf(Action<SmallConvNetTrainer.Options>? change = null, IDataView? train = null)
    {
        using var fitted = Fit(change, train);
        return fitted.Scores(ML, _test);
    }

    [Fact]
    public void It_learns_easy_classes_with_the_default_network_and_all_augmentations()
    {
        using var fitted = Fit(options =>
        {
            (options.ImageSize, options.Widths) = (32, [32, 64, 128, 128]);
            (options.Steps, options.LearningRate, options.LabelSmoothing) = (40, 2e-3, 0.1);
            // Classes are places here, which mirroring and small crops would confound.
            options.Augmentation = ImageAugmentation.Photographs with
            {
                Steps =
                [
                    new RandomResizedCrop { MinArea = 0.8f }, new RandomAffine { Rotation = 5 }, new RandAugment(),
                ],
                MixProbability = 0.5
            };
        });
        Assert.True(fitted.Accuracy(ML, _test) > 0.9, $"{fitted.Accuracy(ML, _test)}");
    }

    [Fact]
    public void Scores_are_probabilities_with_names_and_predictions_map_back_to_labels()
    {
        var pipeline = ML.MulticlassClassification.Trainers.SmallConvNet(Options())
            .Append(ML.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel"));
        using var model = pipeline.Fit(_train);
        var scored = model.Transform(_test);
        VBuffer<ReadOnlyMemory<char>> names = default;
        scored.Schema["Score"].GetSlotNames(ref names);
        Assert.Equal(Drawings.Classes, names.DenseValues().Select(name => name.ToString()));
        Assert.All(scored.GetColumn<float[]>("Score"), scores => Assert.Equal(1, scores.Sum(), 4));
        Assert.Equal(scored.GetColumn<string>("Label"), scored.GetColumn<string>("Name"));
        var metrics = ML.MulticlassClassification.Evaluate(scored, "LabelKey");
        Assert.Equal(1, metrics.MicroAccuracy);
        Assert.Equal(3, metrics.ConfusionMatrix.NumberOfClasses);
    }

    [Fact]
    public void Key_values_of_other_types_come_back_in_their_type()
    {
        var view = ML.Data.LoadFromEnumerable(
            _rows.Select(row => new NumberedDrawing
            { Number = 10 * Array.IndexOf(Drawings.Classes, row.Label), ImagePath = row.ImagePath }));
        var pipeline = ML.Transforms.Conversion.MapValueToKey("LabelKey", "Number")
            .Append(ML.MulticlassClassification.Trainers.SmallConvNet(Options()));
        using var model = pipeline.Fit(view);
        var saved = _fitting.Folder["saved"];
        model.LastTransformer.Save(saved);
        using var loaded = ImageClassificationTransformer.Load(ML, saved, device: "cpu");
        var scored = loaded.Transform(view);
        var mapped = ML.Transforms.Conversion.MapKeyToValue("Back", "PredictedLabel").Fit(scored).Transform(scored);
        Assert.Equal(view.GetColumn<int>("Number"), mapped.GetColumn<int>("Back"));
    }

    private sealed class NumberedDrawing
    {
        public int Number { get; set; }
        public string ImagePath { get; set; } = "";
    }

    [Fact]
    public void A_prediction_engine_and_cross_validation_work_on_images_in_memory()
    {
        var pipeline = ML.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
            .Append(ML.Transforms.LoadImages("Image", "", "ImagePath"))
            .Append(ML.MulticlassClassification.Trainers.SmallConvNet(
                With(options => options.ImageColumnName = "Image")))
            .Append(ML.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        var view = ML.Data.LoadFromEnumerable(_rows);
        using var model = pipeline.Fit(view);
        using var engine = ML.Model.CreatePredictionEngine<WeightedDrawing, Prediction>(model);
        Assert.All(_rows, row => Assert.Equal(row.Label, engine.Predict(row).PredictedLabel));
        var folds = ML.MulticlassClassification.CrossValidate(
            view, pipeline, numberOfFolds: 2, labelColumnName: "LabelKey");
        Assert.All(folds, fold => Assert.True(fold.Metrics.MicroAccuracy > 0.7));
    }

    private sealed class Prediction
    {
        public string PredictedLabel { get; set; } = "";
    }

    private static SmallConvNetTrainer.Options With(Action<SmallConvNetTrainer.Options> change)
    {
        var options = Options();
        change(options);
        return options;
    }

    [Fact]
    public void It_trains_on_the_rows_that_few_shot_synthesis_adds_and_is_tested_on_the_test_rows()
    {
        var pipeline = ML.Transforms.SynthesizeFewShot(_fitting.Options())
            .Append(ML.Transforms.Conversion.MapValueToKey("LabelKey", "Label"))
            .Append(ML.MulticlassClassification.Trainers.SmallConvNet(Options()));
        using var model = pipeline.Fit(ML.Data.LoadFromEnumerable(_rows));
        Assert.Contains(_fitting.Log,
            line => line.Contains("Training on 36 images of 3 classes, 18 of them synthetic."));
        var scored = model.Transform(
            ML.Data.LoadFromEnumerable(ClassifierTests.Rows(_fitting.Folder["test"], 10, firstNumber: 100)));
        Assert.Equal(30, RowCounter.Count(scored));
        Assert.True(ML.MulticlassClassification.Evaluate(scored, "LabelKey").MicroAccuracy > 0.9);
    }

    [Theory]
    [InlineData(ImageOrientation.AsStored)]
    [InlineData(ImageOrientation.Upright)]
    public void Images_are_turned_and_composed_alike_in_training_scoring_and_after_loading(ImageOrientation orientation)
    {
        void Change(SmallConvNetTrainer.Options options) =>
            (options.ImageOrientation, options.ImageGround) = (orientation, Color.Red);
        // As the file is stored, and as it is meant.
        var rows = Drawings.Classes.Select((label, number) => Ambiguous(label, number)).ToList();
        using var plainFitted = Fit(Change, ML.View(rows.Select(row => orientation == ImageOrientation.Upright ? row.Meant : row.Stored)));
        var plainScores = plainFitted.Scores(
            ML, ML.View(rows.Select(row => orientation == ImageOrientation.Upright ? row.Meant : row.Stored)));
        var view = ML.View(rows.Select(row => row.File));
        using var fitted = Fit(Change, view);
        Assert.Equal(plainScores, fitted.Scores(ML, view));
        Assert.Contains(_fitting.Log,
            line => line.StartsWith(
                "Warning: Of the training data 3 of 3 images carry an EXIF orientation", StringComparison.Ordinal));
        Assert.Contains("Warning: Of the training data 3 of 3 images are transparent in places and are composed on "
            + "#FF0000.", _fitting.Log);

        var folder = _fitting.Folder["saved"];
        fitted.Save(folder);
        using (var loaded = ImageClassificationTransformer.Load(ML, folder, device: "cpu"))
            Assert.Equal(plainScores, loaded.Scores(ML, view));
        // A file that does not say it is of the time when all images were turned upright and composed on white.
        var file = Path.Combine(folder, "classifier.json");
        var json = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        Assert.True(json.Remove("ImageOrientation") && json.Remove("ImageGround"));
        // It also had an entry for each kind of network.
        json["Clip"] = null;
        File.WriteAllText(file, json.ToJsonString());
        using var old = ImageClassificationTransformer.Load(ML, folder, device: "cpu");
        Assert.Equal(fitted.Scores(ML, ML.View(rows.Select(row => row.MeantOnWhite))), old.Scores(ML, view));
    }

    // A drawing with a hole, whose file says that it lies on its side; and files of the pixels that it may become,
    // which leave no choice.
    private (WeightedDrawing File, WeightedDrawing Stored, WeightedDrawing Meant, WeightedDrawing MeantOnWhite) Ambiguous(
        string label, int number)
    {
        using var drawing = Drawings.Draw(number, 0).CloneAs<Rgba32>();
        for (var i = 0; i < 4; i++)
            drawing[i, 1] = default;
        using var stored = Drawings.Draw(number, 0);
        using var storedOnWhite = Drawings.Draw(number, 0);
        for (var i = 0; i < 4; i++)
            (stored[i, 1], storedOnWhite[i, 1]) = (new Rgb24(255, 0, 0), new Rgb24(255, 255, 255));
        using var meant = stored.Clone(context => context.Rotate(RotateMode.Rotate90));
        using var meantOnWhite = storedOnWhite.Clone(context => context.Rotate(RotateMode.Rotate90));
        drawing.Metadata.ExifProfile = new ExifProfile();
        drawing.Metadata.ExifProfile.SetValue(ExifTag.Orientation, (ushort)6);
        return (Row("file", drawing), Row("stored", stored), Row("meant", meant), Row("white", meantOnWhite));

        WeightedDrawing Row(string name, Image image)
        {
            var path = _fitting.Folder[$"{label}-{name}.png"];
            image.Save(path, new PngEncoder());
            return new WeightedDrawing { Label = label, ImagePath = path };
        }
    }

    [Fact]
    public void Saving_and_loading_keeps_the_scores()
    {
        var folder = _fitting.Folder["saved"];
        using var fitted = Fit();
        fitted.Save(folder);
        fitted.Save(folder);
        using var loaded = ImageClassificationTransformer.Load(ML, folder, device: "cpu");
        Assert.Equal(fitted.Scores(ML, _test), loaded.Scores(ML, _test));
        Assert.Contains("holds something else",
            Assert.Throws<IOException>(() => fitted.Save(_fitting.Folder["train"])).Message);
        Assert.Contains("no saved classifier",
            Assert.Throws<InvalidDataException>(
                () => ImageClassificationTransformer.Load(ML, _fitting.Folder["train"])).Message);
        var file = Path.Combine(folder, "classifier.json");
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"Format\": 1", "\"Format\": 2"));
        Assert.Contains("is of format 2",
            Assert.Throws<InvalidDataException>(() => ImageClassificationTransformer.Load(ML, folder)).Message);
    }

    [Fact]
    public void The_seed_decides_the_scores()
    {
        static void Augmented(SmallConvNetTrainer.Options options) =>
            options.Augmentation = ImageAugmentation.Photographs with { MixProbability = 0.5 };
        var scores = ScoresOf(Augmented);
        // Others' use of torch's global generator changes nothing.
        TorchSharp.torch.manual_seed(99);
        Assert.Equal(scores, ScoresOf(Augmented));
        Assert.NotEqual(scores, ScoresOf(options =>
        {
            Augmented(options);
            options.Seed = 4;
        }));
    }

    [Fact]
    public void Rows_of_weight_0_do_not_matter_and_others_do()
    {
        static void Weighted(SmallConvNetTrainer.Options options) => options.ExampleWeightColumnName = "Weight";
        List<WeightedDrawing> With(float weight) =>
            [.. _rows, .. _rows.Take(6)
                .Select(row => new WeightedDrawing { Label = "owl", ImagePath = row.ImagePath, Weight = weight })];
        var expected = ScoresOf(Weighted);
        Assert.Equal(expected, ScoresOf(Weighted, ML.View(With(0))));
        Assert.NotEqual(expected, ScoresOf(Weighted, ML.View(With(2))));
    }

    [Fact]
    public void Lambda_decides_between_real_and_synthetic_rows_that_contradict_each_other()
    {
        // The synthetic rows say the next class.
        var rows = _rows.Concat(
            _rows.Select(row => new WeightedDrawing
            {
                ImagePath = row.ImagePath,
                Synthetic = true,
                Label = Drawings.Classes[(Array.IndexOf(Drawings.Classes, row.Label) + 1) % 3]
            }));
        double AccuracyAt(double lambda)
        {
            using var fitted = Fit(options => (options.IsSyntheticColumnName, options.RealLossWeight, options.Steps) = ("Synthetic", lambda, 40), ML.View(rows));
            return fitted.Accuracy(ML, _test);
        }
        Assert.True(AccuracyAt(0.95) > 0.9);
        Assert.True(AccuracyAt(0.05) < 0.1);
    }

    [Fact]
    public void Soft_labels_are_learnt_as_they_are()
    {
        foreach (var row in _rows)
            row.Soft = [.. Drawings.Classes.Select(name => name == row.Label ? 0.7f : 0.15f)];
        _rows[0].Soft = [float.NaN, float.NaN, float.NaN];
        var scores = ScoresOf(options => (options.SoftLabelColumnName, options.Steps) = ("Soft", 60), ML.View(_rows));
        Assert.InRange(scores.Average(row => row.Max()), 0.62, 0.82);
        Assert.True(ScoresOf(options => options.Steps = 60).Average(row => row.Max()) > 0.9);
    }

    [Fact]
    public void The_weights_of_the_best_look_at_the_validation_view_are_kept_and_training_ends_early()
    {
        // The validation rows contradict the training rows, so that training makes it worse and worse.
        var contrary = ML.View(_rows.Select(
            row => new WeightedDrawing
            {
                ImagePath = row.ImagePath,
                Label = Drawings.Classes[(Array.IndexOf(Drawings.Classes, row.Label) + 1) % 3]
            }));
        void Early(SmallConvNetTrainer.Options options) =>
            (options.Steps, options.ValidationInterval, options.Patience) = (200, 2, 4);
        using var early = Fit(Early, validation: contrary);
        Assert.Contains(_fitting.Log, line => line.Contains("training ends early"));
        var kept = Assert.Single(_fitting.Log, line => line.Contains("Kept the weights of step"));
        var looks = _fitting.Log.Where(line => line.Contains(": validation accuracy") && !line.Contains("Kept"))
            .ToList();
        Assert.True(looks.Count < 100, $"{looks.Count} looks");
        string AccuracyIn(string line) => line.Split("accuracy ")[1][..5];
        Assert.Equal(looks.Max(AccuracyIn), AccuracyIn(kept));
        Assert.Equal(AccuracyIn(kept), early.Accuracy(ML, contrary).ToString("0.000", CultureInfo.InvariantCulture));
        Assert.True(string.CompareOrdinal(AccuracyIn(looks[^1]), AccuracyIn(kept)) <= 0);
    }

    [Fact]
    public void Cancelling_stops_the_training()
    {
        using var cancel = new CancellationTokenSource();
        var steps = 0;
        Assert.Throws<OperationCanceledException>(() => Fit(options =>
        {
            options.CancellationToken = cancel.Token;
            options.Progress = new Callback(step =>
            {
                steps = step;
                if (step == 5)
                    cancel.Cancel();
            });
        }));
        Assert.Equal(5, steps);
    }

    private sealed class Callback(Action<int> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value.Step);
    }

    [Fact]
    public void The_number_of_steps_is_given_or_follows_from_the_epochs()
    {
        int StepsOf(Action<SmallConvNetTrainer.Options> change)
        {
            var steps = 0;
            using var fitted = Fit(options =>
            {
                change(options);
                options.Progress = new Callback(step => steps = step);
            });
            return steps;
        }
        Assert.Equal(7, StepsOf(options => options.Steps = 7));
        Assert.Equal(2 * 3, StepsOf(options => (options.Steps, options.Epochs) = (null, 2)));
    }

    [Fact]
    public void What_is_wrong_with_the_data_is_said_in_a_sentence()
    {
        string Error<T>(Action<SmallConvNetTrainer.Options> change, IDataView? train = null) where T : Exception =>
            Assert.Throws<T>(() => Fit(change, train)).Message;
        Assert.StartsWith("The data has no image column 'Picture'. Its columns are: ",
            Error<ArgumentException>(options => options.ImageColumnName = "Picture"));
        Assert.StartsWith("The data has no example weight column 'W'.",
            Error<ArgumentException>(options => options.ExampleWeightColumnName = "W"));
        Assert.Contains("map it with Conversion.MapValueToKey",
            Error<ArgumentException>(options => options.LabelColumnName = "Label"));
        Assert.Contains("The soft label column 'Weight' is of type Single",
            Error<ArgumentException>(options => options.SoftLabelColumnName = "Weight"));
        Assert.Equal("All 6 rows of the training data are of class 'cat'; a classifier needs at least two classes.",
            Error<InvalidOperationException>(_ => { }, ML.View(_rows.Where(row => row.Label == "cat"))));
        Assert.Equal("The training data has no rows.", Error<InvalidOperationException>(_ => { }, ML.View([])));
        Assert.Contains("is -1; it must be a number of at least 0",
            Error<InvalidOperationException>(
                options => options.ExampleWeightColumnName = "Weight",
                ML.View(_rows.Select(row => new WeightedDrawing
                { Label = row.Label, ImagePath = row.ImagePath, Weight = -1 }))));
        Assert.Contains("LearningRate must be above 0 and at most 1E+30",
            Error<ArgumentOutOfRangeException>(options => options.LearningRate = 1e38));
        Assert.Contains("learning rate", Error<TrainingDivergedException>(options => options.LearningRate = 1e30));
        Assert.Contains("ImageSize must be from 32",
            Error<ArgumentOutOfRangeException>(options => (options.ImageSize, options.Widths) = (24, [8, 8, 8, 8])));
        File.WriteAllText(_rows[0].ImagePath, "not an image");
        using (Fit())
            Assert.Contains(_fitting.Log,
                line => line.Contains("The image of row 0 of the training data (class 'cat') cannot be read and the "
                    + "row is left out"));
        foreach (var row in _rows)
            File.WriteAllText(row.ImagePath, "not an image");
        Assert.Contains("a readable image", Error<InvalidOperationException>(_ => { }));
    }

    [Fact]
    public void An_unreadable_image_to_score_and_a_model_file_are_refused_with_sentences()
    {
        using var fitted = Fit();
        var bad = ML.View([new WeightedDrawing { Label = "cat", ImagePath = _fitting.Folder["nowhere.png"] }]);
        Assert.Contains("The image in column 'ImagePath' of row 0 cannot be read",
            Assert.Throws<InvalidOperationException>(() => fitted.Scores(ML, bad)).Message);
        var error = Assert.ThrowsAny<Exception>(
            () => ML.Model.Save(fitted, _train.Schema, _fitting.Folder["model.zip"]));
        Assert.Contains("ImageClassificationTransformer.Load", error.ToString());
    }

    [Fact]
    public void The_schema_is_known_before_there_are_data()
    {
        var trainer = ML.MulticlassClassification.Trainers.SmallConvNet(Options());
        var shape = ML.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
            .GetOutputSchema(ML.Transforms.CustomMapping<Nothing, WeightedDrawing>((_, _) => { }, null)
                .GetOutputSchema(new SchemaShape([])));
        var output = ML.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel")
            .GetOutputSchema(trainer.GetOutputSchema(shape));
        Assert.Equal(["Score", "PredictedLabel", "Name"], output.Select(column => column.Name).TakeLast(3));
        Assert.Equal(TextDataViewType.Instance, output.Last().ItemType);
    }

    private sealed class Nothing;

    [Fact]
    public void Native_memory_stays_flat_over_trainings_and_scorings() =>
        ResidentMemory.AssertFlat(4, 8, 8, _ => ScoresOf(options =>
    {
        options.Steps = 6;
        options.Augmentation = ImageAugmentation.Photographs with { MixProbability = 1 };
    }));
}
