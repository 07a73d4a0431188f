using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.SynthAugment.FewShot;

namespace MLNet.SynthAugment.Trainers.Training;

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
