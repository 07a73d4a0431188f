using Microsoft.ML.Data;
using Microsoft.ML.Rows;
using Microsoft.ML.Runtime;
using Microsoft.ML.Typed;

namespace Microsoft.ML;

/// <summary>Makes views of data, and views of views.</summary>
public sealed class DataOperationsCatalog
{
    private readonly IHostEnvironment _env;

    internal DataOperationsCatalog(IHostEnvironment env) => _env = env;

    internal IHostEnvironment Environment => _env;

    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, SchemaDefinition schemaDefinition = null)
        where TRow : class
    {
        ArgumentNullException.ThrowIfNull(data);
        return new EnumerableView<TRow>(data, schemaDefinition);
    }

    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, DataViewSchema schema)
        where TRow : class
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(schema);
        return new EnumerableView<TRow>(data, SchemaDefinition.Create(typeof(TRow), schema));
    }

    public IEnumerable<TRow> CreateEnumerable<TRow>(
        IDataView data, bool reuseRowObject, bool ignoreMissingColumns = false, SchemaDefinition schemaDefinition = null)
        where TRow : class, new()
    {
        ArgumentNullException.ThrowIfNull(data);
        return TypedEnumerable.Create<TRow>(data, reuseRowObject, ignoreMissingColumns, schemaDefinition);
    }

    public IDataView BootstrapSample(IDataView input, int? seed = null, bool complement = false)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new BootstrapView(input, seed ?? _env.Register("BootstrapSample").Rand.Next(), complement);
    }

    public IDataView Cache(IDataView input, params string[] columnsToPrefetch)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new CacheView(input, columnsToPrefetch);
    }

    public IDataView FilterRowsByColumn(
        IDataView input, string columnName, double lowerBound = double.NegativeInfinity, double upperBound = double.PositiveInfinity)
    {
        ArgumentNullException.ThrowIfNull(input);
        var column = input.Schema.Require(columnName, "filter", nameof(columnName));
        if (!column.Type.Equals(NumberDataViewType.Single) && !column.Type.Equals(NumberDataViewType.Double))
            throw Errors.TypeMismatch(nameof(columnName), "filter", columnName, "Single or Double", $"{column.Type}");
        return FilterByNumber(input, column, value => value, lowerBound, upperBound);
    }

    public IDataView FilterRowsByKeyColumnFraction(IDataView input, string columnName, double lowerBound = 0, double upperBound = 1)
    {
        ArgumentNullException.ThrowIfNull(input);
        var column = input.Schema.Require(columnName, "filter", nameof(columnName));
        if (column.Type is not KeyDataViewType key)
            throw Errors.TypeMismatch(nameof(columnName), "filter", columnName, "a known cardinality key", $"{column.Type}");
        return FilterByNumber(input, column, value => (value - 0.5) / key.Count, lowerBound, upperBound);
    }

    public IDataView FilterRowsByMissingValues(IDataView input, params string[] columns)
    {
        ArgumentNullException.ThrowIfNull(input);
        var checkedColumns = columns.Select(name => input.Schema.Require(name, "filter", nameof(columns))).ToList();
        return new FilteredView(input, checkedColumns, row =>
        {
            var tests = checkedColumns.Select(column => MissingValues.CreateTest(row, column)).ToList();
            return () => !tests.Exists(isMissing => isMissing());
        });
    }

    public IDataView ShuffleRows(IDataView input, int? seed = null, int shufflePoolSize = 1000, bool shuffleSource = true)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shufflePoolSize);
        var rand = _env.Register("ShuffleRows").Rand;
        return new ShuffledView(input, shufflePoolSize, shuffleSource, () =>
        {
            lock (rand)
                return new Random(seed ?? rand.Next());
        });
    }

    public IDataView SkipRows(IDataView input, long count)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new RowRangeView(input, count, long.MaxValue);
    }

    public IDataView TakeRows(IDataView input, long count)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new RowRangeView(input, 0, count);
    }

    public TrainTestData TrainTestSplit(IDataView data, double testFraction = 0.1, string samplingKeyColumnName = null, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (!(testFraction > 0 && testFraction < 1))
            throw new ArgumentOutOfRangeException(nameof(testFraction), "Must be between 0 and 1 exclusive");
        var splitter = new RowSplitter(data, samplingKeyColumnName, seed);
        return new TrainTestData(splitter.Range(0, testFraction, inside: false), splitter.Range(0, testFraction, inside: true));
    }

    public IReadOnlyList<TrainTestData> CrossValidationSplit(
        IDataView data, int numberOfFolds = 5, string samplingKeyColumnName = null, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (numberOfFolds < 2)
            throw new ArgumentOutOfRangeException(nameof(numberOfFolds), "Must be more than 1");
        var splitter = new RowSplitter(data, samplingKeyColumnName, seed);
        return [.. Enumerable.Range(0, numberOfFolds).Select(fold => new TrainTestData(
            splitter.Range((double)fold / numberOfFolds, (fold + 1.0) / numberOfFolds, inside: false),
            splitter.Range((double)fold / numberOfFolds, (fold + 1.0) / numberOfFolds, inside: true)))];
    }

    private static FilteredView FilterByNumber(
        IDataView input, DataViewSchema.Column column, Func<double, double> map, double lowerBound, double upperBound) =>
        new(input, [column], row =>
        {
            var value = NumberReader.Create(row, column);
            return () => map(value()) is var x && x >= lowerBound && (x < upperBound || double.IsPositiveInfinity(upperBound) && x <= upperBound);
        });

    /// <summary>A view cut in two.</summary>
    public struct TrainTestData
    {
        public readonly IDataView TrainSet;

        public readonly IDataView TestSet;

        internal TrainTestData(IDataView trainSet, IDataView testSet)
        {
            TrainSet = trainSet;
            TestSet = testSet;
        }
    }
}
