using Microsoft.ML;
using Microsoft.ML.Data;

namespace StandIns.Tests.MicrosoftML;

public class DataOperationTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void RowsKeepTheirOrderAndCountUpTheirIds()
    {
        var data = Samples.Count(_ml, 5);
        Assert.Equal(5, data.GetRowCount());
        Assert.Equal([0, 1, 2, 3, 4], Samples.Numbers(data));
        Assert.Equal(Enumerable.Range(0, 5).Select(i => new DataViewRowId((ulong)i, 0)), Samples.Ids(data));
    }

    [Fact]
    public void CachedRowsCanBeReadAgainAndDoNotTouchTheSource()
    {
        var source = new PointView(20);
        var cached = _ml.Data.Cache(source);
        var first = cached.GetColumn<float[]>("Features").Select(features => features[1]).ToList();
        var opened = source.CursorsOpened;
        var second = cached.GetColumn<float[]>("Features").Select(features => features[1]).ToList();

        Assert.Equal(Enumerable.Range(0, 20).Select(row => (float)PointView.FeatureOf(row, 1)), first);
        Assert.Equal(first, second);
        Assert.Equal(opened, source.CursorsOpened);
        Assert.Equal(20, cached.GetRowCount());
    }

    [Fact]
    public void CacheAndShuffleSilentlyDropImageColumns()
    {
        var pictures = Samples.Pictures(_ml, 3);
        Assert.Equal(["Start"], _ml.Data.Cache(pictures).Schema.Select(column => column.Name));
        Assert.Equal(["Start"], _ml.Data.ShuffleRows(pictures, seed: 1).Schema.Select(column => column.Name));

        var error = Assert.Throws<ArgumentOutOfRangeException>(() =>
            _ml.Transforms.ExtractPixels("Pixels", "Image").Fit(_ml.Data.Cache(pictures)));
        Assert.Contains("Could not find input column 'Image'", error.Message);
    }

    [Fact]
    public void PixelsSurviveCacheShuffleAndBinaryFiles()
    {
        var pictures = Samples.Pictures(_ml, 4);
        var pixels = _ml.Transforms.ExtractPixels("Pixels", "Image", outputAsFloatArray: false).Fit(pictures).Transform(pictures);
        using var file = new TemporaryFile(".idv");
        using (var stream = File.Create(file.Path))
            _ml.Data.SaveAsBinary(pixels, stream);
        var loaded = _ml.Data.LoadFromBinary(file.Path);

        Assert.Equal(["Start", "Pixels"], loaded.Schema.Select(column => column.Name));
        var expected = pixels.GetColumn<byte[]>("Pixels").ToList();
        Assert.Equal(expected, loaded.GetColumn<byte[]>("Pixels"));
        Assert.Equal(expected, _ml.Data.Cache(pixels).GetColumn<byte[]>("Pixels"));
        Assert.Equal(
            expected.Select(row => row[0]).Order(),
            _ml.Data.ShuffleRows(pixels, seed: 3).GetColumn<byte[]>("Pixels").Select(row => row[0]).Order());
    }

    [Fact]
    public void BinaryFilesKeepTypesAndKeyValues()
    {
        var data = Samples.NamedNumbers(_ml, ("b", 1), ("a", 2), ("b", float.NaN));
        var keyed = _ml.Transforms.Conversion.MapValueToKey("Key", "Name").Fit(data).Transform(data);
        using var file = new TemporaryFile(".idv");
        using (var stream = File.Create(file.Path))
            _ml.Data.SaveAsBinary(keyed, stream);
        var loaded = _ml.Data.LoadFromBinary(file.Path);

        Assert.Equal("Key<UInt32, 0-1>", $"{loaded.Schema["Key"].Type}");
        Assert.Equal([1u, 2u, 1u], loaded.GetColumn<uint>("Key"));
        Assert.Equal(["b", "a", "b"], loaded.GetColumn<string>("Name"));
        VBuffer<ReadOnlyMemory<char>> values = default;
        loaded.Schema["Key"].GetKeyValues(ref values);
        Assert.Equal(["b", "a"], values.DenseValues().Select(value => value.ToString()));
    }

    [Fact]
    public void AShuffleWithASeedIsAPermutationThatRepeats()
    {
        var shuffled = _ml.Data.ShuffleRows(Samples.Count(_ml, 50), seed: 7);
        var first = Samples.Numbers(shuffled).ToList();
        Assert.Equal(first, Samples.Numbers(shuffled));
        Assert.NotEqual(Enumerable.Range(0, 50).Select(i => (float)i), first);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (float)i), first.Order());
    }

    [Fact]
    public void ASplitPartsTheRowsAndDependsOnTheirPositions()
    {
        var data = Samples.Count(_ml, 400);
        var split = _ml.Data.TrainTestSplit(data, testFraction: 0.25, seed: 5);
        var test = Samples.Numbers(split.TestSet).ToList();
        Assert.InRange(test.Count, 60, 140);
        Assert.Equal(test, Samples.Numbers(split.TestSet));
        Assert.Equal(Enumerable.Range(0, 400).Select(i => (float)i), test.Concat(Samples.Numbers(split.TrainSet)).Order());

        // The same positions of other rows.
        var other = Samples.NamedNumbers(_ml, [.. Enumerable.Range(0, 400).Select(i => ("x", i + 1000f))]);
        Assert.Equal(test.Select(number => number + 1000), Samples.Numbers(_ml.Data.TrainTestSplit(other, 0.25, seed: 5).TestSet));
    }

    [Fact]
    public void RowsOfOneSamplingKeyStayTogether()
    {
        var data = Samples.NamedNumbers(_ml, [.. Enumerable.Range(0, 200).Select(i => ($"group {i % 20}", (float)i))]);
        foreach (var fold in _ml.Data.CrossValidationSplit(data, 4, "Name", seed: 2))
        {
            var test = fold.TestSet.GetColumn<string>("Name").ToHashSet();
            Assert.DoesNotContain(fold.TrainSet.GetColumn<string>("Name"), test.Contains);
        }
    }

    [Fact]
    public void FoldsCoverEveryRowOnce()
    {
        var folds = _ml.Data.CrossValidationSplit(Samples.Count(_ml, 100), 5, seed: 3);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (float)i), folds.SelectMany(fold => Samples.Numbers(fold.TestSet)).Order());
        Assert.All(folds, fold => Assert.Equal(100, Samples.Numbers(fold.TestSet).Count() + Samples.Numbers(fold.TrainSet).Count()));
    }

    [Fact]
    public void TakeSkipAndFilterKeepTheOrder()
    {
        var data = Samples.Count(_ml, 10);
        Assert.Equal([0, 1, 2], Samples.Numbers(_ml.Data.TakeRows(data, 3)));
        Assert.Equal([8, 9], Samples.Numbers(_ml.Data.SkipRows(data, 8)));
        Assert.Equal([3, 4], Samples.Numbers(_ml.Data.FilterRowsByColumn(data, "Number", 3, 5)));
        Assert.Equal([0, 2, 4, 6, 8], Samples.Numbers(_ml.Data.FilterByCustomPredicate<OnlyNumber>(data, row => row.Number % 2 == 1)));
        var withGap = Samples.NamedNumbers(_ml, ("a", 1), ("b", float.NaN), ("c", 3));
        Assert.Equal([1, 3], Samples.Numbers(_ml.Data.FilterRowsByMissingValues(withGap, "Number")));
    }

    [Fact]
    public void ABootstrapSampleAndItsComplementCoverTheRows()
    {
        var data = Samples.Count(_ml, 200);
        var sample = Samples.Numbers(_ml.Data.BootstrapSample(data, seed: 4)).ToList();
        var complement = Samples.Numbers(_ml.Data.BootstrapSample(data, seed: 4, complement: true)).ToList();
        Assert.InRange(sample.Count, 140, 260);
        Assert.True(sample.Distinct().Count() < sample.Count);
        Assert.Equal(Enumerable.Range(0, 200).Select(i => (float)i), sample.Distinct().Concat(complement).Order());
        Assert.Equal(sample.Count, Samples.Ids(_ml.Data.BootstrapSample(data, seed: 4)).Distinct().Count());
    }

    [Fact]
    public void ObjectsOfAViewNeedTheirColumns()
    {
        var data = _ml.Transforms.DropColumns("Name").Fit(Samples.Count(_ml, 2)).Transform(Samples.Count(_ml, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.CreateEnumerable<NamedNumber>(data, reuseRowObject: false).ToList());
        var rows = _ml.Data.CreateEnumerable<NamedNumber>(data, reuseRowObject: false, ignoreMissingColumns: true).ToList();
        Assert.Equal([0, 1], rows.Select(row => row.Number));
    }

    [Fact]
    public void APreviewHoldsTheFirstRows()
    {
        var preview = Samples.Count(_ml, 10).Preview(maxRows: 4);
        Assert.Equal(4, preview.RowView.Length);
        Assert.Equal([0f, 1f, 2f, 3f], preview.ColumnView.Single(column => column.Column.Name == "Number").Values);
    }

    [Fact]
    public void TextFilesComeBack()
    {
        using var file = new TemporaryFile(".tsv");
        using (var stream = File.Create(file.Path))
            _ml.Data.SaveAsText(Samples.NamedNumbers(_ml, ("plain", 1.5f), ("two words", -2)), stream, schema: false);
        var loaded = _ml.Data.LoadFromTextFile(
            file.Path, [new TextLoader.Column("Name", DataKind.String, 0), new TextLoader.Column("Number", DataKind.Single, 1)], hasHeader: true);
        Assert.Equal(["plain", "two words"], loaded.GetColumn<string>("Name"));
        Assert.Equal([1.5f, -2], Samples.Numbers(loaded));
    }
}
