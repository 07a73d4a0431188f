using Microsoft.ML;

namespace MLNet.SynthAugment.Tests.Pipelines;

/// <summary>
/// ML.NET's own guide from preparing data to predicting, with this step in the middle of the preparation.
/// </summary>
public sealed class GuideTests : IDisposable
{
    private readonly Fitting _fitting = new();

    public void Dispose() => _fitting.Dispose();

    [Fact]
    public void Fit_transform_preview_train_evaluate_save_load_in_a_new_process_predict()
    {
        var ml = _fitting.ML;
        var train = ml.Data.LoadFromEnumerable(_fitting.WriteShots());
        var tests = Drawings.Write(_fitting.Folder["tests"], 5, firstNumber: 100);
        var test = ml.Data.LoadFromEnumerable(tests);

        // Prepare: fit, transform, look.
        var preparation = ml.Transforms.LoadImages("Image", "", "ImagePath")
            .Append(ml.Transforms.SynthesizeFewShot(_fitting.Options("Image")))
            .Append(ml.Transforms.ResizeImages("Image", Drawings.Size, Drawings.Size))
            .Append(ml.Transforms.ExtractPixels("Pixels", "Image"))
            .Append(ml.Transforms.NormalizeMinMax("Features", "Pixels"))
            .Append(ml.Transforms.Conversion.MapValueToKey("LabelKey", "Label"))
            .Append(ml.Transforms.SelectColumns("LabelKey", "Features", "ExampleWeight", "IsSynthetic"));
        var prepare = preparation.Fit(train);
        var prepared = prepare.Transform(train);
        var preview = prepared.Preview();
        Assert.Equal(30, preview.RowView.Length);
        Assert.Equal(["LabelKey", "Features", "ExampleWeight", "IsSynthetic"],
            preview.ColumnView.Select(column => column.Column.Name));
        Assert.Equal(18, preview.ColumnView[3].Values.Count(value => value is true));

        // Train on the transformed data, evaluate on others.
        var trainer = ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(
            "LabelKey", "Features", exampleWeightColumnName: "ExampleWeight");
        var classifier = trainer.Fit(prepared);
        var scored = classifier.Transform(prepare.Transform(test));
        Assert.Equal(15, RowCounter.Count(scored));
        Assert.Equal(1.0, ml.MulticlassClassification.Evaluate(scored, "LabelKey").MicroAccuracy, 6);

        // Save, and use in another process.
        var (preparationFile, modelFile) = (_fitting.Folder["preparation.zip"], _fitting.Folder["model.zip"]);
        ml.Model.Save(prepare, train.Schema, preparationFile);
        ml.Model.Save(classifier, prepared.Schema, modelFile);
        List<string> expected = [.. tests.Select(row => row.Label)];
        Assert.Equal([.. expected, .. expected],
            ScoringProcess.Start(preparationFile, modelFile, tests.Select(row => row.ImagePath)));
    }
}
