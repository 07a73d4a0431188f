using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.SynthAugment.Methods;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Tests.Views;

/// <summary>The column <c>SoftLabel</c>.</summary>
public sealed class SoftLabelTests : IDisposable
{
    private readonly Fitting _fitting = new();

    public void Dispose() => _fitting.Dispose();

    /// <summary>Images of every class that are cats in part: a quarter and a tenth of their index.</summary>
    private sealed record PartlyCats : ISynthesisMethod
    {
        public string Name => "PartlyCats";

        public bool UsesDiffusionModel => false;

        public Dictionary<string, float> Owls { get; init; } = [];

        public IImageSource Adapt(SynthesisContext context) => new Source(this);

        private sealed class Source(PartlyCats method) : IImageSource
        {
            public IReadOnlyList<SyntheticImage> Generate(ImageBatch batch, CancellationToken cancellation) =>
                [.. batch.Indices.Select(index => new SyntheticImage(new Image<Rgb24>(8, 8))
            {
                SoftLabels = batch.Class.Label switch
                {
                    "cat" => null,
                    "owl" when method.Owls.Count > 0 => method.Owls,
                    var label => new Dictionary<string, float>
                        { ["cat"] = 0.25f + index / 10f, [label] = 0.75f - index / 10f },
                },
            })];

            public void Dispose()
            {
            }
        }
    }

    private sealed class Row
    {
        public string Label { get; set; } = "";
        public bool IsSynthetic { get; set; }
        public float[] SoftLabel { get; set; } = [];
    }

    private sealed class Unlabelled
    {
        public string ImagePath { get; set; } = "";
    }

    private SynthesizeFewShotTransformer Fit(IDataView view, Action<SynthesizeFewShotEstimator.Options>? change = null)
    {
        var options = _fitting.Options(perClass: 3);
        options.Method = new PartlyCats();
        change?.Invoke(options);
        return _fitting.Fit(view, options);
    }

    private List<Row> Read(IDataView view) => [.. _fitting.ML.Data.CreateEnumerable<Row>(view, reuseRowObject: false)];

    private static float[] OneHot(string label) => [.. Drawings.Classes.Select(name => name == label ? 1f : 0f)];

    [Fact]
    public void Real_rows_are_one_hot_and_synthetic_rows_have_the_method_s_weights()
    {
        var view = _fitting.ML.Data.LoadFromEnumerable(_fitting.WriteShots());
        var expanded = Fit(view).Transform(view);
        var rows = Read(expanded);
        Assert.All(rows.Where(row => !row.IsSynthetic || row.Label == "cat"),
            row => Assert.Equal(OneHot(row.Label), row.SoftLabel));
        Assert.Equal([[0.25f, 0, 0.75f], [0.35f, 0, 0.65f], [0.45f, 0, 0.55f]],
            rows.Where(row => row.IsSynthetic && row.Label == "owl").Select(row => row.SoftLabel));
        Assert.All(rows, row => Assert.Equal(1, row.SoftLabel.Sum(), 5));

        VBuffer<ReadOnlyMemory<char>> names = default;
        expanded.Schema["SoftLabel"].GetSlotNames(ref names);
        Assert.Equal(Drawings.Classes, names.DenseValues().Select(name => name.ToString()));
    }

    [Fact]
    public void It_can_be_read_without_the_label()
    {
        var view = _fitting.ML.Data.LoadFromEnumerable(_fitting.WriteShots());
        var fitted = Fit(view);
        var expected = Read(fitted.Transform(view)).Select(row => row.SoftLabel).ToList();
        var column = fitted.Transform(view).Schema["SoftLabel"];
        using (var cursor = fitted.Transform(view).GetRowCursor([column]))
        {
            var getter = cursor.GetGetter<VBuffer<float>>(column);
            VBuffer<float> value = default;
            foreach (var weights in expected)
            {
                Assert.True(cursor.MoveNext());
                getter(ref value);
                Assert.Equal(weights, value.DenseValues());
            }
        }
    }

    [Fact]
    public void It_survives_saving_and_loading()
    {
        var fitted = Fit(_fitting.ML.Data.LoadFromEnumerable(_fitting.WriteShots()));
        fitted.Save(_fitting.Folder["saved"]);
        var loaded = SynthesizeFewShotTransformer.Load(_fitting.ML, _fitting.Folder["saved"], new PartlyCats());
        Assert.Contains([0.25f, 0, 0.75f], Read(loaded.SyntheticOnly).Select(row => row.SoftLabel));
        Assert.Equal(Read(fitted.SyntheticOnly).Select(row => row.SoftLabel),
            Read(loaded.SyntheticOnly).Select(row => row.SoftLabel));
    }

    [Fact]
    public void Weights_that_are_no_shares_of_the_classes_are_refused()
    {
        var view = _fitting.ML.Data.LoadFromEnumerable(_fitting.WriteShots());
        string ErrorOf(params (string Label, float Weight)[] owls) => Assert.Throws<InvalidOperationException>(() =>
            Fit(view, options => options.Method = new PartlyCats
            { Owls = owls.ToDictionary(owl => owl.Label, owl => owl.Weight) })).Message;
        Assert.EndsWith("gave an image of class 'owl' soft labels that cannot be used: 'cow' is no class of the data.",
            ErrorOf(("cow", 1)));
        Assert.EndsWith("their sum is 0.9 instead of 1.", ErrorOf(("owl", 0.5f), ("dog", 0.4f)));
        Assert.EndsWith("a weight is below 0 or not a number.", ErrorOf(("owl", 1.5f), ("dog", -0.5f)));
    }

    [Fact]
    public void Other_rows_are_one_hot_too_or_missing_where_there_is_no_such_class()
    {
        var view = _fitting.ML.Data.LoadFromEnumerable(_fitting.WriteShots());
        var fitted = Fit(view, options => options.AddedColumnPrefix = "Few");
        var others = Drawings.Write(_fitting.Folder["other"], perClass: 1);
        others[1].Label = "cow";
        others[2].Label = "";
        var column = "FewSoftLabel";
        var values = fitted.Transform(_fitting.ML.Data.LoadFromEnumerable(others)).GetColumn<float[]>(column).ToList();
        Assert.Equal(OneHot("cat"), values[0]);
        Assert.All(values.Skip(1).SelectMany(weights => weights), weight => Assert.True(float.IsNaN(weight)));

        var unlabelled = _fitting.ML.Data.LoadFromEnumerable(
            new[] { new Unlabelled { ImagePath = others[0].ImagePath } });
        Assert.All(fitted.Transform(unlabelled).GetColumn<float[]>(column).Single(),
            weight => Assert.True(float.IsNaN(weight)));
    }

    [Fact]
    public void Key_labels_name_the_slots_by_their_values()
    {
        var ml = _fitting.ML;
        var view = ml.Data.LoadFromEnumerable(_fitting.WriteShots());
        var keyed = ml.Transforms.Conversion.MapValueToKey("Label").Fit(view).Transform(view);
        var expanded = Fit(keyed).Transform(keyed);
        Assert.Equal(expanded.GetColumn<uint>("Label").Take(12).Select(key => OneHot(Drawings.Classes[(int)key - 1])),
            expanded.GetColumn<float[]>("SoftLabel").Take(12));
    }
}
