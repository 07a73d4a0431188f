using Microsoft.ML;
using Microsoft.ML.Data;

namespace StandIns.Tests.MicrosoftML;

public class PipelineTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void TransformUsesTheScoringScope()
    {
        var data = new PointView(12);
        var model = new EstimatorChain<ITransformer>()
            .Append(new TwiceEstimator(), TransformerScope.Training)
            .Append(_ml.Transforms.CopyColumns("Copy", "Features"))
            .Fit(data);
        Assert.Equal(12, Samples.Ids(model.Transform(data)).Count);
        Assert.Equal(24, Samples.Ids(model.Transform(data, TransformerScope.Everything)).Count);
        Assert.Single(model.GetModelFor(TransformerScope.Scoring));
    }

    [Fact]
    public void CrossValidationUsesEveryScopeOnTheHeldOutFold()
    {
        var data = new PointView(60);
        var pipeline = new EstimatorChain<ITransformer>()
            .Append(new TwiceEstimator(), TransformerScope.Training)
            .Append(_ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy());
        var folds = _ml.MulticlassClassification.CrossValidate(data, pipeline, numberOfFolds: 3, seed: 1);
        Assert.Equal(120, folds.Sum(fold => Samples.Ids(fold.ScoredHoldOutSet).Count));
    }

    [Fact]
    public void APredictionEngineNeedsEveryStepToBeARowMapperWhateverItsScope()
    {
        var data = new PointView(30);
        var model = new EstimatorChain<ITransformer>()
            .Append(new TwiceEstimator(), TransformerScope.Training)
            .Append(_ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy())
            .Fit(data);
        Assert.False(((ITransformer)model).IsRowToRowMapper);
        Assert.ThrowsAny<ArgumentException>(() => _ml.Model.CreatePredictionEngine<Point, Prediction>(model));

        using var engine = _ml.Model.CreatePredictionEngine<Point, Prediction>(model.GetModelFor(TransformerScope.Scoring));
        var prediction = engine.Predict(new Point { Features = [(float)PointView.FeatureOf(4, 0), (float)PointView.FeatureOf(4, 1)] });
        Assert.Equal(2u, prediction.PredictedLabel);
        Assert.Equal(3, prediction.Score.Length);
    }

    [Fact]
    public void AStepThatWritesNothingCannotBeSaved()
    {
        using var file = new TemporaryFile(".zip");
        var data = new PointView(3);
        var model = new TwiceEstimator().Append(_ml.Transforms.CopyColumns("Copy", "Label")).Fit(data);
        var error = Assert.ThrowsAny<Exception>(() => _ml.Model.Save(model, data.Schema, file.Path));
        Assert.Contains("ModelSignature not specified!", error.Message);
        Assert.True(File.Exists(file.Path));
    }

    [Fact]
    public void AStepSavedAsAnEmptyChainComesBackAsTheIdentity()
    {
        using var file = new TemporaryFile(".zip");
        var data = new PointView(30);
        var model = new TwiceEstimator(savesItself: true).Append(_ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy()).Fit(data);
        _ml.Model.Save(model, data.Schema, file.Path);
        var loaded = _ml.Model.Load(file.Path, out var schema);

        Assert.Equal(["Features", "Label"], schema.Select(column => column.Name));
        Assert.True(loaded.IsRowToRowMapper);
        Assert.Equal(30, Samples.Ids(loaded.Transform(data)).Count);
        Assert.Equal(
            model.LastTransformer.Transform(data).GetColumn<float[]>("Score").SelectMany(score => score),
            loaded.Transform(data).GetColumn<float[]>("Score").SelectMany(score => score));
        using var engine = _ml.Model.CreatePredictionEngine<Point, Prediction>(loaded);
        Assert.Equal(1u, engine.Predict(new Point { Features = [(float)PointView.FeatureOf(0, 0), (float)PointView.FeatureOf(0, 1)] }).PredictedLabel);
    }

    [Fact]
    public void AnImagePipelineSavedAndLoadedScoresAlike()
    {
        var pictures = Samples.Pictures(_ml, 6);
        var model = _ml.Transforms.ResizeImages("Small", 2, 2, "Image")
            .Append(_ml.Transforms.ConvertToGrayscale("Grey", "Small"))
            .Append(_ml.Transforms.ExtractPixels("Pixels", "Grey"))
            .Append(_ml.Transforms.NormalizeMinMax("Pixels"))
            .Append(_ml.Transforms.DropColumns("Small", "Grey"))
            .Fit(pictures);
        using var file = new TemporaryFile(".zip");
        _ml.Model.Save(model, pictures.Schema, file.Path);
        var loaded = _ml.Model.Load(file.Path, out var schema);

        Assert.Equal(["Start"], schema.Select(column => column.Name));
        Assert.Equal(
            model.Transform(pictures).GetColumn<float[]>("Pixels").SelectMany(pixels => pixels),
            loaded.Transform(pictures).GetColumn<float[]>("Pixels").SelectMany(pixels => pixels));
    }

    [Fact]
    public void ACacheCheckpointReadsTheSourceOnce()
    {
        var data = new PointView(60);
        var trainer = _ml.MulticlassClassification.Trainers.SdcaMaximumEntropy(maximumNumberOfIterations: 5);
        _ml.Transforms.CopyColumns("Copy", "Features").AppendCacheCheckpoint(_ml).Append(trainer).Fit(data);
        Assert.InRange(data.CursorsOpened, 1, 2);

        var uncached = new PointView(60);
        _ml.Transforms.CopyColumns("Copy", "Features").Append(trainer).Fit(uncached);
        Assert.True(uncached.CursorsOpened > 2, $"{uncached.CursorsOpened} cursors");
    }

    [Fact]
    public void GettersRunOnBackgroundThreadsAndTheirExceptionsComeWrapped()
    {
        var failing = new PointView(200, row => row == 150 ? new InvalidDataException("row 150 is bad") : null);
        var pipeline = _ml.Transforms.Concatenate("Both", "Features").Append(_ml.MulticlassClassification.Trainers.SdcaMaximumEntropy("Label", "Both"));
        var error = Assert.ThrowsAny<Exception>(() => pipeline.Fit(failing));
        var chain = new List<Exception>();
        for (var inner = error; inner is not null; inner = inner.InnerException)
            chain.Add(inner);
        Assert.IsType<InvalidOperationException>(chain[0]);
        Assert.Contains(chain, inner => inner is InvalidDataException { Message: "row 150 is bad" });
    }

    [Fact]
    public void AMappedViewReadsAheadOnAnotherThread()
    {
        var data = new PointView(500);
        var mapped = _ml.Transforms.NormalizeMinMax("Scaled", "Features").Fit(data).Transform(data);
        Assert.Equal(500, mapped.GetColumn<float[]>("Scaled").Count());
        Assert.NotEqual(Environment.CurrentManagedThreadId, data.GetterThread);
    }

    [Fact]
    public void ErrorsOfTheSchemaComeUpAtFit()
    {
        var data = new PointView(3);
        var missing = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.CopyColumns("All", "Nope").Fit(data));
        Assert.Contains("Could not find input column 'Nope'", missing.Message);
        var numbers = Samples.Count(_ml, 3);
        var label = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.Concatenate("Features", "Number")
            .Append(_ml.MulticlassClassification.Trainers.SdcaMaximumEntropy("Name")).Fit(numbers));
        Assert.Contains("Schema mismatch for label column 'Name'", label.Message);
    }
}
