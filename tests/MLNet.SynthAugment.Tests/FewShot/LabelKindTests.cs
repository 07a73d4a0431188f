using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.SynthAugment.Tests.FewShot;

public sealed class LabelKindTests : IDisposable
{
    private readonly Fitting _fitting = new();

    public void Dispose() => _fitting.Dispose();

    private MLContext ML => _fitting.ML;

    private sealed class Typed<T>
    {
        public T Label { get; set; } = default!;
        public string ImagePath { get; set; } = "";
    }

    private sealed class Keyed
    {
        // ML.NET reads 0 and 1 as the keys 1 and 2, and what is beyond the count as missing.
        [KeyType(2)]
        public uint Label { get; set; }
        public string ImagePath { get; set; } = "";
    }

    private sealed class Read<T>
    {
        public T Label { get; set; } = default!;
        public bool IsSynthetic { get; set; }
        public string SynthesisPrompt { get; set; } = "";
    }

    private List<Read<T>> Synthetic<T>(IDataView view, Action<SynthesizeFewShotEstimator.Options>? change = null)
    {
        var options = _fitting.Options(perClass: 2);
        change?.Invoke(options);
        return [.. ML.Data.CreateEnumerable<Read<T>>(_fitting.Fit(view, options).Transform(view), reuseRowObject: false)
            .Where(row => row.IsSynthetic)];
    }

    private IDataView View<T>(params T[] labels) =>
        ML.Data.LoadFromEnumerable(
            _fitting.WriteShots(1).Zip(
            labels, (shot, label) => new Typed<T> { Label = label, ImagePath = shot.ImagePath }));

    private void Check<T>(params T[] labels) =>
        Assert.Equal(labels.SelectMany(label => new[] { label, label }).Order(),
            Synthetic<T>(View(labels)).Select(row => row.Label).Order());

    [Fact]
    public void Numbers_and_booleans_are_labels()
    {
        Check<byte>(1, 2, 3);
        Check<sbyte>(-1, 2, 3);
        Check<short>(-7, 0, 7);
        Check<ushort>(1, 2, 60_000);
        Check(-7, 0, 7);
        Check<uint>(0, 1, 2);
        Check<long>(long.MinValue, 0, 7);
        Check<ulong>(ulong.MaxValue, 0, 7);
        Check(1.5f, -2f, 0f);
        Check(1e300, 0.1, -3);
        Check(true, false);
    }

    [Fact]
    public void Text_labels_of_any_content_are_classes_of_their_own() =>
        Check("../../etc/passwd", "😀", new string('x', 5000));

    [Fact]
    public void Rows_without_label_stay_and_are_not_learnt_from()
    {
        var view = View("a", "", "b");
        var options = _fitting.Options(perClass: 2);
        var rows = ML.Data.CreateEnumerable<Read<string>>(
            _fitting.Fit(view, options).Transform(view), reuseRowObject: false).ToList();
        Assert.Equal(["a", "", "b", "a", "a", "b", "b"], rows.Select(row => row.Label));
        Assert.Contains(_fitting.Log, line => line.StartsWith("Warning") && line.Contains("1 of 3 rows have no label"));
    }

    [Fact]
    public void Keys_without_names_are_classes_by_number_counted_from_1()
    {
        var view = ML.Data.LoadFromEnumerable(
            _fitting.WriteShots(2).Select(
            (shot, i) => new Keyed { Label = (uint)(i % 3), ImagePath = shot.ImagePath }));
        Assert.Equal([(1u, "a photo of a 1"), (1u, "a photo of a 1"), (2u, "a photo of a tulip"),
            (2u, "a photo of a tulip")],
            Synthetic<uint>(view, options => options.ClassNames = new Dictionary<string, string> { ["2"] = "tulip" })
                .Select(row => (row.Label, row.SynthesisPrompt)));
    }

    [Fact]
    public void Keys_with_names_are_named_by_them_and_keep_their_annotation()
    {
        var shots = ML.Data.LoadFromEnumerable(_fitting.WriteShots());
        var view = ML.Transforms.Conversion.MapValueToKey("Label").Fit(shots).Transform(shots);
        var expanded = _fitting.Fit(view, _fitting.Options()).Transform(view);
        Assert.Equal(view.Schema["Label"].Type, expanded.Schema["Label"].Type);
        var back = ML.Transforms.Conversion.MapKeyToValue("Label").Fit(expanded).Transform(expanded);
        var rows = ML.Data.CreateEnumerable<Read<string>>(back, reuseRowObject: false).Where(row => row.IsSynthetic)
            .ToList();
        Assert.Equal(18, rows.Count);
        Assert.All(rows, row => Assert.Equal($"a photo of a {row.Label}", row.SynthesisPrompt));
    }

    [Fact]
    public void Class_names_map_labels_that_are_codes()
    {
        var rows = Synthetic<string>(
            View("n01", "n02"), options => options.ClassNames = new Dictionary<string, string>
            { ["n01"] = "goldfish" });
        Assert.Equal([("n01", "a photo of a goldfish"), ("n02", "a photo of a n02")],
            rows.Select(row => (row.Label, row.SynthesisPrompt)).Distinct());
    }
}
