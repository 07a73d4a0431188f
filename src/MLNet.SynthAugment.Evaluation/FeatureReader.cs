using Microsoft.ML.Data;
using MLNet.SynthAugment.Diffusion.Clip;

namespace MLNet.SynthAugment.Evaluation;

/// <summary>Reads the rows of a view as feature vectors with labels, in one pass.</summary>
/// <param name="options">Names the columns.</param>
/// <param name="clip">Gives the model for features of images; not called if a feature column is read.</param>
/// <param name="warn">Receives sentences on rows that are left out.</param>
internal sealed class FeatureReader(EvaluationOptions options, Func<ClipEncoder> clip, Action<string> warn)
{
    /// <param name="view">The rows.</param>
    /// <param name="name">Names the data in errors: "The real data".</param>
    /// <exception cref="ArgumentException">A column is missing or of an unsupported type, there is no row with a
    /// readable image, or features are not finite.</exception>
    public LabelledFeatures Read(IDataView view, string name)
    {
        try
        {
            var label = options.LabelInUse is { } labels
                ? InputColumns.FindLabels(view.Schema, labels) : (DataViewSchema.Column?)null;
            return options.FeatureColumnName is { } features
                ? ReadVectors(view, FeatureColumn.Find(view.Schema, features), label)
                : ReadImages(view, InputColumns.FindImages(view.Schema, options.ImageColumnName, "Image"), label);
        }
        catch (ArgumentException error)
        {
            throw new ArgumentException($"{name} cannot be measured. {error.Message}", error);
        }
    }

    private LabelledFeatures ReadVectors(IDataView view, DataViewSchema.Column column, DataViewSchema.Column? label)
    {
        var rows = new Rows(label is not null);
        using var cursor = view.GetRowCursor(Needed(column, label));
        var (readFeatures, readLabel) = (FeatureColumn.CreateReader(cursor, column), CreateLabelReader(cursor, label));
        while (cursor.MoveNext())
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            rows.Add(readLabel(), readFeatures());
        }
        return rows.Finish(warn);
    }

    private LabelledFeatures ReadImages(IDataView view, DataViewSchema.Column column, DataViewSchema.Column? label)
    {
        var rows = new Rows(label is not null);
        var batch = new List<(string? Label, Image<Rgb24> Image)>();
        using var cursor = view.GetRowCursor(Needed(column, label));
        var decoder = new ImageDecoder(options.MaxImagePixels, options.Reading);
        var readImage = ImageReader.Create(cursor, column, options.ImageFolder ?? "", decoder);
        var readLabel = CreateLabelReader(cursor, label);
        try
        {
            for (var row = 0L; cursor.MoveNext(); row++)
            {
                options.CancellationToken.ThrowIfCancellationRequested();
                try
                {
                    batch.Add((readLabel(), readImage()));
                }
                catch (UnreadableImageException error)
                {
                    warn($"The image of row {row} cannot be read and the row is left out: {error.Message}.");
                    rows.Unreadable++;
                }
                if (batch.Count == options.BatchSize)
                    Encode(batch, rows);
            }
            Encode(batch, rows);
            foreach (var sentence in decoder.Counts.Describe(options.Reading))
                warn(sentence);
        }
        finally
        {
            Free(batch);
        }
        return rows.Finish(warn);
    }

    private void Encode(List<(string? Label, Image<Rgb24> Image)> batch, Rows rows)
    {
        if (batch.Count == 0)
            return;
        using var encoded = clip().EncodeImages([.. batch.Select(row => row.Image)]);
        using var onCpu = encoded.cpu();
        foreach (var (row, features) in batch.Zip(onCpu.ToArray<float>().Chunk((int)onCpu.shape[1])))
            rows.Add(row.Label, features);
        Free(batch);
    }

    private static void Free(List<(string? Label, Image<Rgb24> Image)> batch)
    {
        foreach (var (_, image) in batch)
            image.Dispose();
        batch.Clear();
    }

    private static IEnumerable<DataViewSchema.Column> Needed(
        DataViewSchema.Column column, DataViewSchema.Column? label) => label is { } found ? [column, found] : [column];

    private static Func<string?> CreateLabelReader(DataViewRow row, DataViewSchema.Column? label)
    {
        if (label is not { } column)
            return () => null;
        var read = LabelReader.Create(row, column);
        return () => read()?.Text;
    }

    private sealed class Rows(bool hasLabels)
    {
        private readonly List<float[]> _features = [];
        private readonly List<string?> _labels = [];

        public int Unreadable { get; set; }

        public void Add(string? label, float[] features)
        {
            _labels.Add(label);
            _features.Add(features);
        }

        public LabelledFeatures Finish(Action<string> warn)
        {
            if (_features.Count == 0)
                throw new ArgumentException(Unreadable == 0
                    ? "It has no rows."
                    : $"None of its {Unreadable} images can be read; the warnings in the log say why.");
            var unlabelled = hasLabels ? _labels.Count(label => label is null) : 0;
            if (unlabelled > 0)
                warn($"{unlabelled} of {_labels.Count} rows have no label; metrics of classes leave them out.");
            return new LabelledFeatures(_features, hasLabels ? _labels : null);
        }
    }
}

/// <summary>A column of feature vectors.</summary>
internal static class FeatureColumn
{
    /// <exception cref="ArgumentException">There is no such column, or it holds something else.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name)
    {
        var column = InputColumns.FindByRole(schema, name, "feature");
        return column.Type is VectorDataViewType vector
            && (vector.ItemType == NumberDataViewType.Single || vector.ItemType == NumberDataViewType.Double)
            ? column
            : throw new ArgumentException(
                $"Feature column '{name}' is of type {column.Type}; it must be a vector of Single or Double.");
    }

    /// <summary>A function that gives a new array for the row that the cursor is on.</summary>
    public static Func<float[]> CreateReader(DataViewRow row, DataViewSchema.Column column)
    {
        if (((VectorDataViewType)column.Type).ItemType == NumberDataViewType.Single)
            return Read(row.GetGetter<VBuffer<float>>(column), value => value);
        return Read(row.GetGetter<VBuffer<double>>(column), value => (float)value);
    }

    private static Func<float[]> Read<T>(ValueGetter<VBuffer<T>> getter, Func<T, float> convert)
    {
        VBuffer<T> values = default;
        return () =>
        {
            getter(ref values);
            return [.. values.DenseValues().Select(convert)];
        };
    }
}
