using Microsoft.ML;

namespace MLNet.SynthAugment.Tests.Pipelines;

/// <summary>Training data is expanded; test data, held-out folds and single predictions never are.</summary>
public sealed class ScopeTests : IDisposable
{
    private readonly Fitting _fitting = new();
    private readonly List<Drawing> _shots;
    private readonly List<Drawing> _tests;

    public ScopeTests()
    {
        _shots = _fitting.WriteShots();
        _tests = Drawings.Write(_fitting.Folder["tests"], 5, firstNumber: 100);
    }

    public void Dispose() => _fitting.Dispose();

    private MLContext ML => _fitting.ML;

    private IEstimator<ITransformer> Pipeline(IEstimator<ITransformer> trainer) =>
        ML.Transforms.LoadImages("Image", "", "ImagePath")
        .Append(ML.Transforms.SynthesizeFewShot(_fitting.Options("Image")))
        .Pixels(ML)
        .Append(trainer);

    private IEstimator<ITransformer> Lbfgs =>
        ML.MulticlassClassification.Trainers.LbfgsMaximumEntropy(
            "LabelKey", "Pixels", exampleWeightColumnName: "ExampleWeight");

    private IEstimator<ITransformer> Sdca =>
        ML.MulticlassClassification.Trainers.SdcaMaximumEntropy(
            "LabelKey", "Pixels", exampleWeightColumnName: "ExampleWeight");

    [Theory]
    [InlineData(nameof(Lbfgs))]
    [InlineData(nameof(Sdca))]
    public void Every_kind_of_trainer_learns_from_the_expanded_view_and_is_tested_on_the_test_rows(string trainer)
    {
        var model = Pipeline(trainer == nameof(Sdca) ? Sdca : Lbfgs).Fit(ML.Data.LoadFromEnumerable(_shots));
        var scored = model.Transform(ML.Data.LoadFromEnumerable(_tests));
        Assert.Equal(15, RowCounter.Count(scored));
        Assert.Equal(1.0, ML.MulticlassClassification.Evaluate(scored, "LabelKey").MicroAccuracy, 6);
        Assert.Contains(_fitting.Log, line => line.Contains("Of 18 synthetic images"));
    }

    [Fact]
    public void A_chain_trains_on_real_and_synthetic_rows()
    {
        var counter = new RowCounter(ML);
        var model = ML.Transforms.LoadImages("Image", "", "ImagePath")
            .Append(ML.Transforms.SynthesizeFewShot(_fitting.Options("Image"))).Append(counter)
                .Fit(ML.Data.LoadFromEnumerable(_shots));
        Assert.Equal([30], counter.Fits);
        Assert.Equal(30, RowCounter.Count(model.Transform(ML.Data.LoadFromEnumerable(_shots))));
    }

    [Fact]
    public void Chains_inside_chains_train_on_real_and_synthetic_rows_too()
    {
        var counter = new RowCounter(ML);
        // Through this static type every Append wraps the chain before it in a new one.
        IEstimator<ITransformer> pipeline = ML.Transforms.LoadImages("Image", "", "ImagePath");
        pipeline = pipeline.Append(ML.Transforms.SynthesizeFewShot(_fitting.Options("Image")));
        pipeline = pipeline.Append(ML.Transforms.CopyColumns("Copy", "Label"));
        pipeline = pipeline.Append(counter);
        var train = ML.Data.LoadFromEnumerable(_shots);
        var model = pipeline.Fit(train);
        Assert.Equal([30], counter.Fits);
        Assert.Equal(30, RowCounter.Count(model.Transform(train)));
        Assert.Equal(15, RowCounter.Count(model.Transform(ML.Data.LoadFromEnumerable(_tests))));

        // Pipelines of other data are no place to expand either.
        var other = new RowCounter(ML);
        new Fitted(model).Append(other).Fit(ML.Data.LoadFromEnumerable(_tests));
        Assert.Equal([15], other.Fits);
    }

    /// <summary>A model as a step of another pipeline.</summary>
    private sealed class Fitted(ITransformer model) : IEstimator<ITransformer>
    {
        public ITransformer Fit(IDataView input) => model;

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;
    }

    [Fact]
    public void A_cache_checkpoint_after_the_pixels_keeps_the_synthetic_rows()
    {
        var model = ML.Transforms.LoadImages("Image", "", "ImagePath")
            .Append(ML.Transforms.SynthesizeFewShot(_fitting.Options("Image"))).Pixels(ML).AppendCacheCheckpoint(ML)
                .Append(Sdca)
            .Fit(ML.Data.LoadFromEnumerable(_shots));
        Assert.Equal(1.0, ML.MulticlassClassification.Evaluate(
            model.Transform(ML.Data.LoadFromEnumerable(_tests)), "LabelKey").MicroAccuracy, 6);
    }

    [Fact]
    public void Transform_expands_the_fitted_rows_alone()
    {
        var train = ML.Data.LoadFromEnumerable(_shots);
        var transformer = _fitting.Fit(train, _fitting.Options());
        Assert.Equal(12 + 18, RowCounter.Count(transformer.Transform(train)));

        var passed = transformer.Transform(ML.Data.LoadFromEnumerable(_tests));
        Assert.Equal(15, RowCounter.Count(passed));
        Assert.Equal(transformer.Transform(train).Schema.Select(column => column.Name),
            passed.Schema.Select(column => column.Name));
        var rows = ML.Data.CreateEnumerable<Provenance>(passed, reuseRowObject: false).ToList();
        Assert.All(rows, row => Assert.Equal(
            (false, 1f, "", "", 0L),
            (row.IsSynthetic, row.ExampleWeight, row.SourceId, row.SynthesisPrompt, row.SynthesisSeed)));
    }

    private sealed class Provenance
    {
        public bool IsSynthetic { get; set; }
        public float ExampleWeight { get; set; }
        public string SourceId { get; set; } = "";
        public string SynthesisPrompt { get; set; } = "";
        public long SynthesisSeed { get; set; }
    }

    [Fact]
    public void Cross_validation_does_not_expand_held_out_folds()
    {
        var counter = new RowCounter(ML);
        var pipeline = Pipeline(counter).Append(Lbfgs);
        var results = ML.MulticlassClassification.CrossValidate(
            ML.Data.LoadFromEnumerable(_shots), pipeline, numberOfFolds: 3, labelColumnName: "LabelKey");
        Assert.Equal(3 * (2 * 12 / 3) + 3 * 18, counter.Fits.Sum());
        Assert.Equal(12, results.Sum(fold => RowCounter.Count(fold.ScoredHoldOutSet)));
    }

    [Fact]
    public void Prediction_engine_works_on_the_whole_pipeline()
    {
        var model = Pipeline(Lbfgs).Append(ML.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
            .Fit(ML.Data.LoadFromEnumerable(_shots));
        using var engine = ML.Model.CreatePredictionEngine<Drawing, Prediction>(model);
        Assert.All(_tests, test => Assert.Equal(test.Label, engine.Predict(test).PredictedLabel));
    }

    [Fact]
    public void A_saved_model_loads_and_scores()
    {
        var model = Pipeline(Lbfgs).Append(ML.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
            .Fit(ML.Data.LoadFromEnumerable(_shots));
        var file = _fitting.Folder["model.zip"];
        ML.Model.Save(model, ML.Data.LoadFromEnumerable(_shots).Schema, file);
        using var engine = ML.Model.CreatePredictionEngine<Drawing, Prediction>(ML.Model.Load(file, out _));
        Assert.All(_tests, test => Assert.Equal(test.Label, engine.Predict(test).PredictedLabel));
    }

    private sealed class Prediction
    {
        public string PredictedLabel { get; set; } = "";
    }
}
