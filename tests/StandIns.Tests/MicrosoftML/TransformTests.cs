using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace StandIns.Tests.MicrosoftML;

public class TransformTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void KeysAreNumberedByOccurrenceOrByValueAndMapBack()
    {
        var data = Samples.NamedNumbers(_ml, ("b", 1), ("a", 2), ("", 3), ("b", 4));
        var pipeline = _ml.Transforms.Conversion.MapValueToKey("Key", "Name")
            .Append(_ml.Transforms.Conversion.MapValueToKey("Sorted", "Name", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue))
            .Append(_ml.Transforms.Conversion.MapKeyToValue("Back", "Key"));
        var model = pipeline.Fit(data);
        var output = model.Transform(data);

        Assert.Equal([1u, 2u, 0u, 1u], output.GetColumn<uint>("Key"));
        Assert.Equal([2u, 1u, 0u, 2u], output.GetColumn<uint>("Sorted"));
        Assert.Equal(["b", "a", "", "b"], output.GetColumn<string>("Back"));
        var unseen = model.Transform(Samples.NamedNumbers(_ml, ("never", 0)));
        Assert.Equal([0u], unseen.GetColumn<uint>("Key"));
    }

    [Fact]
    public void KeysWithoutValuesDoNotMapBack()
    {
        var data = _ml.Data.LoadFromEnumerable(new[] { new Keyed { Key = 1 } });
        var error = Assert.ThrowsAny<Exception>(() => _ml.Transforms.Conversion.MapKeyToValue("Key").Fit(data));
        Assert.Contains("KeyValues", error.Message.Replace("key values", "KeyValues"));
    }

    [Fact]
    public void MembersCountKeysFromZeroAndRowsFromOne()
    {
        var data = _ml.Data.LoadFromEnumerable(new uint[] { 0, 2, 3 }.Select(key => new Keyed { Key = key }).ToList());
        Assert.Equal([1u, 3u, 0u], data.GetColumn<uint>("Key"));
    }

    [Fact]
    public void NormalizersScaleEverySlot()
    {
        var data = Samples.NamedNumbers(_ml, ("a", -1), ("b", 1), ("c", 3));
        Assert.Equal([-1f / 3, 1f / 3, 1], Normalize(_ml.Transforms.NormalizeMinMax("Number")), Nearly);
        Assert.Equal([0, 0.5f, 1], Normalize(_ml.Transforms.NormalizeMinMax("Number", fixZero: false)), Nearly);
        Assert.Equal([-1.2247f, 0, 1.2247f], Normalize(_ml.Transforms.NormalizeMeanVariance("Number", fixZero: false)), Nearly);
        var rootMeanSquare = MathF.Sqrt(11f / 3);
        Assert.Equal([-1 / rootMeanSquare, 1 / rootMeanSquare, 3 / rootMeanSquare], Normalize(_ml.Transforms.NormalizeMeanVariance("Number")), Nearly);

        IEnumerable<float> Normalize(IEstimator<ITransformer> estimator) => Samples.Numbers(estimator.Fit(data).Transform(data));
        static bool Nearly(float expected, float actual) => Math.Abs(expected - actual) < 1e-3;
    }

    [Fact]
    public void ConcatenationNamesItsSlotsAfterScalars()
    {
        var data = Samples.Count(_ml, 2);
        var output = _ml.Transforms.CopyColumns("Other", "Number").Append(_ml.Transforms.Concatenate("All", "Number", "Other"))
            .Fit(data).Transform(data);
        Assert.Equal([[0f, 0], [1, 1]], output.GetColumn<float[]>("All"));
        VBuffer<ReadOnlyMemory<char>> names = default;
        output.Schema["All"].GetSlotNames(ref names);
        Assert.Equal(["Number", "Other"], names.DenseValues().Select(name => name.ToString()));
    }

    [Fact]
    public void NumbersAndTextsConvert()
    {
        var data = Samples.NamedNumbers(_ml, ("1.5", 2.75f), ("word", -1));
        var output = _ml.Transforms.Conversion.ConvertType("AsNumber", "Name")
            .Append(_ml.Transforms.Conversion.ConvertType("AsDouble", "Number", DataKind.Double))
            .Append(_ml.Transforms.Conversion.ConvertType("AsText", "Number", DataKind.String))
            .Fit(data).Transform(data);
        Assert.Equal([1.5f, float.NaN], output.GetColumn<float>("AsNumber"));
        Assert.Equal([2.75, -1], output.GetColumn<double>("AsDouble"));
        Assert.Equal(["2.75", "-1"], output.GetColumn<string>("AsText"));
    }

    [Fact]
    public void SelectingKeepsTheNamedColumnsInTheirOrder()
    {
        var data = Samples.Count(_ml, 2);
        Assert.Equal(["Number", "Name"], _ml.Transforms.SelectColumns("Number", "Name").Fit(data).Transform(data).Schema.Select(column => column.Name));
        Assert.Equal(["Number"], _ml.Transforms.DropColumns("Name").Fit(data).Transform(data).Schema.Select(column => column.Name));
    }

    [Fact]
    public void ACustomMappingIsCalledOnceARow()
    {
        var calls = 0;
        var data = Samples.Count(_ml, 6);
        var output = _ml.Transforms.CustomMapping<OnlyNumber, Squares>(
            (source, destination) =>
            {
                Interlocked.Increment(ref calls);
                destination.Square = source.Number * source.Number;
                destination.Negative = -source.Number;
            },
            contractName: null).Fit(data).Transform(data);
        var rows = _ml.Data.CreateEnumerable<Squares>(output, reuseRowObject: false).ToList();
        Assert.Equal([0, 1, 4, 9, 16, 25], rows.Select(row => row.Square));
        Assert.Equal([0, -1, -2, -3, -4, -5], rows.Select(row => row.Negative));
        Assert.Equal(6, calls);
    }

    private sealed class Keyed
    {
        [KeyType(3)]
        public uint Key { get; set; }
    }

    private sealed class Squares
    {
        public float Square { get; set; }

        public float Negative { get; set; }
    }
}
