using System.Globalization;
using Microsoft.ML;
using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Trainers.Classifiers;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Trainers.Training;

/// <summary>Reads the rows of a view into examples.</summary>
/// <param name="options">Columns and bounds.</param>
/// <param name="prepare">Makes an image the square of pixels that is kept.</param>
/// <param name="warn">Takes sentences on rows that are left out.</param>
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
                : throw new InvalidOperationException(
                    rows == 0 ? $"The {what} has no rows." : $"No row of the {what} has a label, a readable image and a weight above 0.");
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
