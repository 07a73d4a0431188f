using System.Globalization;
using MLNet.SynthAugment.Trainers.Classifiers;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Trainers.Training;

/// <summary>Reads the rows of a view into examples.</summary>
/// <param name="options">Columns and bounds.</param>
/// <param name="prepare">Makes an image the square of pixels that is kept.</param>
/// <param name="warn">Receives sentences on rows that are left out.</param>
internal sealed class ExampleReader(
    ImageTrainerOptions options, Func<Image<Rgb24>, Image<Rgb24>> prepare, Action<string> warn)
{
    /// <param name="view">The view.</param>
    /// <param name="classes">The classes that the label column's keys are mapped to.</param>
    /// <param name="what">What the view is, for messages: "training data".</param>
    /// <exception cref="ArgumentException">A column is missing or of an unsupported type.</exception>
    /// <exception cref="InvalidOperationException">A value is out of range, no row is left, or libtorch does not
    /// load.</exception>
    public ExampleSet Read(IDataView view, ClassKeys classes, string what)
    {
        TorchLibrary.Load();
        var columns = ExampleColumns.Find(view.Schema, options);
        var indices = classes.IndicesOf(ClassKeys.Of(columns.Label));
        var examples = new List<Example>();
        var (rows, unlabelled) = (0L, 0L);
        try
        {
            using var cursor = view.GetRowCursor(columns.All);
            var readLabel = LabelReader.Create(cursor, columns.Label);
            var decoder = new ImageDecoder(options.MaxImagePixels, options.Reading);
            var readImage = ImageReader.Create(cursor, columns.Image, options.ImageFolder ?? "", decoder);
            var readWeight = columns.Weight is { } weights ? ReadWeights(cursor, weights) : () => 1;
            var readSynthetic = columns.IsSynthetic is { } synthetic ? ReadFlags(cursor, synthetic) : () => false;
            var readSoftLabel = columns.SoftLabel is { } softLabel
                ? SoftLabelReader.Create(cursor, softLabel, classes) : () => null;
            for (; cursor.MoveNext(); rows++)
            {
                options.CancellationToken.ThrowIfCancellationRequested();
                var label = readLabel() is { } found
                    ? indices[Convert.ToInt32(found.Value, CultureInfo.InvariantCulture) - 1] : -1;
                unlabelled += label < 0 ? 1 : 0;
                if (label < 0 || readWeight() is not (> 0 and var weight))
                    continue;
                try
                {
                    using var image = readImage();
                    using var prepared = prepare(image);
                    examples.Add(new Example(ToTensor(prepared), label, readSoftLabel(), readSynthetic(), weight));
                }
                catch (UnreadableImageException error)
                {
                    warn($"The image of row {rows} of the {what} (class '{classes.Names[label]}') cannot be read and "
                        + $"the row is left out: {error.Message}.");
                }
            }
            foreach (var sentence in decoder.Counts.Describe(options.Reading))
                warn($"Of the {what} {sentence}");
            if (unlabelled > 0)
                warn($"{unlabelled} of {rows} rows of the {what} have no label in column "
                    + $"'{options.LabelColumnName}', or one that was not trained on, and are left out.");
            return examples.Count > 0
                ? new ExampleSet(examples)
                : throw new InvalidOperationException(rows == 0
                    ? $"The {what} has no rows."
                    : $"No row of the {what} has a label, a readable image and a weight above 0.");
        }
        catch
        {
            new ExampleSet(examples).Dispose();
            throw;
        }
    }

    private static Func<float> ReadWeights(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<float>(column);
        return () =>
        {
            float weight = default;
            getter(ref weight);
            return weight >= 0 && float.IsFinite(weight)
                ? weight
                : throw new InvalidOperationException(
                    $"The example weight in column '{column.Name}' of row {row.Position} is "
                        + $"{weight.ToString(CultureInfo.InvariantCulture)}; it must be a number of at least 0.");
        };
    }

    private static Func<bool> ReadFlags(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<bool>(column);
        return () =>
        {
            bool flag = default;
            getter(ref flag);
            return flag;
        };
    }

    private static Tensor ToTensor(Image<Rgb24> image)
    {
        var bytes = new byte[3 * image.Width * image.Height];
        image.CopyPixelDataTo(bytes);
        using var scope = NewDisposeScope();
        return tensor(bytes, [image.Height, image.Width, 3], dtype: ScalarType.Byte).permute(2, 0, 1).contiguous()
            .DetachFromDisposeScope();
    }
}

/// <summary>The columns of a view that examples are read from, checked.</summary>
internal sealed record ExampleColumns(
    DataViewSchema.Column Label, DataViewSchema.Column Image, DataViewSchema.Column? Weight,
    DataViewSchema.Column? IsSynthetic, DataViewSchema.Column? SoftLabel)
{
    public IEnumerable<DataViewSchema.Column> All =>
        new DataViewSchema.Column?[] { Label, Image, Weight, IsSynthetic, SoftLabel }.OfType<DataViewSchema.Column>();

    /// <exception cref="ArgumentException">A column is missing or of an unsupported type.</exception>
    public static ExampleColumns Find(DataViewSchema schema, ImageTrainerOptions options) => new(
        Require(schema, options.LabelColumnName, "label"),
        InputColumns.FindImages(schema, options.ImageColumnName),
        FindTyped(schema, options.ExampleWeightColumnName, "example weight", NumberDataViewType.Single),
        FindTyped(schema, options.IsSyntheticColumnName, "is-synthetic", BooleanDataViewType.Instance,
            mayBeMissing: options.IsSyntheticColumnName == ImageTrainerOptions.IsSynthetic),
        FindSoftLabel(schema, options.SoftLabelColumnName));

    private static DataViewSchema.Column? FindTyped(
        DataViewSchema schema, string? name, string role, DataViewType type, bool mayBeMissing = false)
    {
        if (name is null || (mayBeMissing && schema.GetColumnOrNull(name) is null))
            return null;
        var column = Require(schema, name, role);
        return column.Type == type
            ? column : throw new ArgumentException(
                $"The {role} column '{name}' is of type {column.Type}; it must be {type}.");
    }

    private static DataViewSchema.Column? FindSoftLabel(DataViewSchema schema, string? name)
    {
        if (name is null || (name == ImageTrainerOptions.SoftLabel && schema.GetColumnOrNull(name) is null))
            return null;
        var column = Require(schema, name, "soft label");
        return column.Type is VectorDataViewType { IsKnownSize: true } vector
            && vector.ItemType == NumberDataViewType.Single
            ? column
            : throw new ArgumentException(
                $"The soft label column '{name}' is of type {column.Type}; it must be a vector of Single of "
                    + "known size.");
    }

    private static DataViewSchema.Column Require(DataViewSchema schema, string name, string role) =>
        InputColumns.FindByRole(schema, name, role);
}

/// <summary>Reads the soft labels of a cursor's rows in the order of the classes.</summary>
internal static class SoftLabelReader
{
    private const double SumTolerance = 1e-3;

    /// <returns>A function that gives a distribution over the classes, or null where it is missing (NaN).</returns>
    /// <exception cref="ArgumentException">The column's slots are not the classes.</exception>
    public static Func<float[]?> Create(DataViewRow row, DataViewSchema.Column column, ClassKeys classes)
    {
        var slots = FindSlots(column, classes);
        var getter = row.GetGetter<VBuffer<float>>(column);
        VBuffer<float> buffer = default;
        return () =>
        {
            getter(ref buffer);
            var values = buffer.DenseValues().ToArray();
            if (values.Any(float.IsNaN))
                return null;
            var sum = values.Sum();
            if (values.Any(value => value < 0) || Math.Abs(sum - 1) > SumTolerance)
                throw new InvalidOperationException(
                    $"The soft label in column '{column.Name}' of row {row.Position} is no distribution: its values "
                        + $"must be at least 0 and have the sum 1, but the sum is {sum}.");
            var target = new float[classes.Count];
            for (var slot = 0; slot < values.Length; slot++)
                target[slots[slot]] += values[slot] / sum;
            return target;
        };
    }

    private static int[] FindSlots(DataViewSchema.Column column, ClassKeys classes)
    {
        var size = ((VectorDataViewType)column.Type).Size;
        if (TextAnnotation.Read(column, TextAnnotation.SlotNames) is { } names)
        {
            var slots = names.Select(name => classes.Names.ToList().IndexOf(name)).ToArray();
            return Array.IndexOf(slots, -1) is >= 0 and var unknown
                ? throw new ArgumentException(
                    $"The soft label column '{column.Name}' has a slot '{names[unknown]}', which is no class of the "
                        + $"label column. Its classes are: "
                        + $"{string.Join(", ", classes.Names.Select(name => $"'{name}'"))}.")
                : slots;
        }
        return size == classes.Count
            ? [.. Enumerable.Range(0, size)]
            : throw new ArgumentException(
                $"The soft label column '{column.Name}' has {size} slots without names, but there are "
                    + $"{classes.Count} classes.");
    }
}
