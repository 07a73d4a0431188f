using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLNet.SynthAugment.Tests.Pipelines;

/// <summary>A pipeline that ML.NET saved and loaded gives what the one in memory gives.</summary>
public sealed class SavedPipelineTests : IDisposable
{
    private static readonly string[] s_added =
        ["IsSynthetic", "ExampleWeight", "SourceId", "SynthesisPrompt", "SynthesisSeed", "SynthesisScore", "SoftLabel"];

    private readonly Fitting _fitting = new();
    private readonly List<Row> _shots;
    private readonly List<Row> _tests;

    public SavedPipelineTests()
    {
        _shots = _fitting.WriteShots().ConvertAll(Row.Of);
        _tests = Drawings.Write(_fitting.Folder["tests"], 2, firstNumber: 100).ConvertAll(Row.Of);
    }

    public void Dispose() => _fitting.Dispose();

    private MLContext ML => _fitting.ML;

    private sealed class Row
    {
        public string Label { get; set; } = "";
        public string ImagePath { get; set; } = "";
        [VectorType]
        public byte[] Bytes { get; set; } = [];
        [KeyType(3)]
        public uint Key { get; set; }
        public bool IsCat { get; set; }
        public int Integer { get; set; }
        public ushort Short { get; set; }
        public double Double { get; set; }
        public float Single { get; set; }

        public static Row Of(Drawing drawing)
        {
            var number = Array.IndexOf(Drawings.Classes, drawing.Label);
            return new Row
            {
                Label = drawing.Label,
                ImagePath = drawing.ImagePath,
                Bytes = drawing.Bytes,
                Key = (uint)number + 1,
                IsCat = number == 0,
                Integer = 10 * number - 5,
                Short = (ushort)number,
                Double = number / 3.0,
                Single = number / 4f,
            };
        }
    }

    private sealed class Unlabelled
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class Weight
    {
        public float ExampleWeight { get; set; }
    }

    [CustomMappingFactoryAttribute(Name)]
    private sealed class Doubled : CustomMappingFactory<Weight, Doubled.Result>
    {
        public const string Name = "Doubled";

        public sealed class Result
        {
            public float Twice { get; set; }
        }

        public override Action<Weight, Result> GetMapping() =>
            (input, output) => output.Twice = 2 * input.ExampleWeight;
    }

    private IDataView View(List<Row> rows) => ML.Data.LoadFromEnumerable(rows);

    private ITransformer SaveAndLoad(ITransformer model, DataViewSchema schema)
    {
        var file = _fitting.Folder["model.zip"];
        ML.Model.Save(model, schema, file);
        var context = new MLContext();
        context.ComponentCatalog.RegisterAssembly(typeof(SavedPipelineTests).Assembly);
        return context.Model.Load(file, out _);
    }

    private static List<string> Describe(IDataView view, string name)
    {
        var column = view.Schema[name];
        return [.. view.Preview(100).RowView.Select(
            row => row.Values.Last(value => value.Key == column.Name).Value switch
        {
            VBuffer<float> vector => string.Join(" ", vector.DenseValues()),
            var value => $"{value}",
        })];
    }

    private void AssertEqual(ITransformer model, ITransformer loaded, IDataView view, IEnumerable<string> columns)
    {
        var (expected, found) = (model.Transform(view), loaded.Transform(view));
        foreach (var name in columns)
        {
            Assert.Equal(expected.Schema[name].Type, found.Schema[name].Type);
            Assert.Equal(Describe(expected, name), Describe(found, name));
        }
    }

    private static List<string> SlotNames(IDataView view)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        view.Schema["SoftLabel"].GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    [Theory]
    [InlineData("Label", "ImagePath")]
    [InlineData("Label", "Bytes")]
    [InlineData("Label", "Image")]
    [InlineData("Integer", "ImagePath")]
    [InlineData("Short", "ImagePath")]
    [InlineData("Double", "ImagePath")]
    public void All_added_columns_of_all_kinds_of_labels_and_images(string label, string image)
    {
        var options = _fitting.Options(image, perClass: 2);
        (options.LabelColumnName, options.AddedColumnPrefix) = (label, "");
        var model = ML.Transforms.LoadImages("Image", "", "ImagePath").Append(ML.Transforms.SynthesizeFewShot(options))
            .Fit(View(_shots));
        var loaded = SaveAndLoad(model, View(_shots).Schema);
        // A class that was not fitted on, and a missing one.
        (_tests[0].Label, _tests[0].Integer, _tests[0].Short, _tests[0].Double) = ("cow", 99, 99, 99);
        (_tests[1].Label, _tests[1].Double) = ("", double.NaN);
        AssertEqual(model, loaded, View(_tests), ["Label", "ImagePath", .. s_added]);
        Assert.Equal(SlotNames(model.Transform(View(_tests))), SlotNames(loaded.Transform(View(_tests))));
        Assert.Equal(["Label", "ImagePath", "Bytes", "Key", "IsCat", "Integer", "Short", "Double", "Single", "Image",
            .. s_added],
            loaded.Transform(View(_tests)).Schema.Select(column => column.Name));
    }

    [Theory]
    [InlineData("Key")]
    [InlineData("IsCat")]
    [InlineData("Single")]
    public void A_label_that_a_trainer_takes_as_it_is_is_not_asked_for(string label)
    {
        var options = _fitting.Options(perClass: 2);
        options.LabelColumnName = label;
        var model = ML.Transforms.SynthesizeFewShot(options)
            .Append(ML.Transforms.CopyColumns("Weight", "ExampleWeight")).Fit(View(_shots));
        var loaded = SaveAndLoad(model, View(_shots).Schema);
        AssertEqual(model, loaded, View(_tests), ["Weight", .. s_added[..^1]]);
        AssertEqual(model, loaded,
            ML.Data.LoadFromEnumerable(_tests.Select(row => new Unlabelled { ImagePath = row.ImagePath })), s_added);
    }

    [Fact]
    public void A_single_class()
    {
        var model = ML.Transforms.SynthesizeFewShot(_fitting.Options(perClass: 2))
            .Fit(View(_shots.FindAll(row => row.Label == "cat")));
        AssertEqual(model, SaveAndLoad(model, View(_shots).Schema), View(_tests), s_added);
    }

    public static IEnumerable<object[]> Steps => Names.Select(name => new object[] { name });

    private static readonly string[] Names =
        ["SelectColumns", "DropColumns", "CopyColumns", "ConvertType", "MapValueToKey", "CustomMapping", "Concatenate",
        "MapValue", "Hash", "ReplaceMissingValues", "FeaturizeText", "Expression"];

    private IEstimator<ITransformer> Step(string name) => name switch
    {
        "SelectColumns" => ML.Transforms.SelectColumns(["Label", "Image", .. s_added]),
        "DropColumns" => ML.Transforms.DropColumns("SourceId", "SynthesisPrompt"),
        "CopyColumns" => ML.Transforms.CopyColumns("New", "ExampleWeight"),
        "ConvertType" => ML.Transforms.Conversion.ConvertType("New", "IsSynthetic", DataKind.Single),
        "MapValueToKey" => ML.Transforms.Conversion.MapValueToKey("New", "SourceId"),
        "CustomMapping" => ML.Transforms.CustomMapping(new Doubled().GetMapping(), Doubled.Name),
        "Concatenate" => ML.Transforms.Concatenate("New", "ExampleWeight", "SynthesisScore", "SoftLabel"),
        "MapValue" => ML.Transforms.Conversion.MapValue(
            "New", new Dictionary<string, float> { [""] = 3 }, "SynthesisPrompt"),
        "Hash" => ML.Transforms.Conversion.Hash("New", "SynthesisSeed"),
        "ReplaceMissingValues" => ML.Transforms.ReplaceMissingValues("New", "SynthesisScore"),
        "FeaturizeText" => ML.Transforms.Text.FeaturizeText("New", "SynthesisPrompt"),
        "Expression" => ML.Transforms.Expression(
            "New", "(weight, score) => weight + score", "ExampleWeight", "SynthesisScore"),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_later_step_that_names_an_added_column(string name)
    {
        var model = ML.Transforms.LoadImages("Image", "", "ImagePath")
            .Append(ML.Transforms.SynthesizeFewShot(_fitting.Options("Image", perClass: 2))).Append(Step(name))
                .Pixels(ML)
            .AppendCacheCheckpoint(ML)
            .Append(ML.MulticlassClassification.Trainers.SdcaMaximumEntropy(
                "LabelKey", "Pixels", maximumNumberOfIterations: 3))
            .Fit(View(_shots));
        var loaded = SaveAndLoad(model, View(_shots).Schema);
        var columns = model.Transform(View(_tests)).Schema.Select(column => column.Name)
            .Where(column => column is "Score" or "New" or "Twice" or "PredictedLabel" || s_added.Contains(column));
        AssertEqual(model, loaded, View(_tests), columns.ToList());
    }

    [Fact]
    public void A_saved_step_alone()
    {
        var step = _fitting.Fit(View(_shots), _fitting.Options());
        AssertEqual(step, SaveAndLoad(step, View(_shots).Schema), View(_tests), s_added);
    }

    [Fact]
    public void A_prefix_goes_before_the_names()
    {
        var options = _fitting.Options(perClass: 2);
        options.AddedColumnPrefix = "Few";
        var model = ML.Transforms.SynthesizeFewShot(options).Append(ML.Transforms.CopyColumns("Copy", "FewSourceId"))
            .Fit(View(_shots));
        AssertEqual(model, SaveAndLoad(model, View(_shots).Schema), View(_tests),
            ["Copy", .. s_added.Select(name => "Few" + name)]);
    }
}
