using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.SynthAugment;

var ml = new MLContext(seed: 1);
ml.Log += (_, e) => { if (e.Kind != ChannelMessageKind.Trace) Console.WriteLine(e.Message); };    // progress of Fit
var train = ml.Data.LoadFromTextFile<Photo>("train.csv", separatorChar: ',');    // lines such as rose/12.jpg,rose
var test = ml.Data.LoadFromTextFile<Photo>("test.csv", separatorChar: ',');
var pipeline = ml.Transforms.LoadImages("Image", "images", "ImagePath")
    .Append(ml.Transforms.SynthesizeFewShot(labelColumnName: "Label", imageColumnName: "Image", imagesPerClass: 48))
    .Append(ml.Transforms.ResizeImages("Image", 32, 32))
    .Append(ml.Transforms.ExtractPixels("Pixels", "Image", scaleImage: 1f / 255))
    .Append(ml.Transforms.Conversion.MapValueToKey("LabelKey", "Label"))
    .AppendCacheCheckpoint(ml)
    .Append(ml.MulticlassClassification.Trainers.SdcaMaximumEntropy(
        "LabelKey", "Pixels", exampleWeightColumnName: "ExampleWeight"));
var model = pipeline.Fit(train);    // synthesises once, then trains on real and synthetic rows
var metrics = ml.MulticlassClassification.Evaluate(model.Transform(test), "LabelKey");    // exactly the test rows
Console.WriteLine($"Accuracy {metrics.MicroAccuracy:P1}");

internal sealed class Photo
{
    [LoadColumn(0)] public string ImagePath { get; set; } = "";
    [LoadColumn(1)] public string Label { get; set; } = "";
}
