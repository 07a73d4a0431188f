using Microsoft.ML;

namespace MLNet.SynthAugment.FewShot;

/// <summary>The label and image columns of a view, checked.</summary>
internal sealed record InputColumns(DataViewSchema.Column Label, DataViewSchema.Column Image)
{
    public ImageColumnKind ImageKind => ImageColumnKinds.Of(Image.Type)!.Value;

    /// <exception cref="ArgumentException">A column is missing or of an unsupported type.</exception>
    public static InputColumns Find(DataViewSchema schema, string labelName, string imageName)
    {
        var label = FindByRole(schema, labelName, "label");
        if (!LabelReader.Supports(label.Type))
            throw new ArgumentException($"Label column '{labelName}' is of type {label.Type}; it must be {LabelReader.SupportedTypes}.");
        var image = FindByRole(schema, imageName, "image");
        if (ImageColumnKinds.Of(image.Type) is null)
            throw new ArgumentException($"Image column '{imageName}' is of type {image.Type}; it must be {ImageColumnKinds.SupportedTypes}.");
        return new InputColumns(label, image);
    }

    public static ArgumentException Missing(string name, string role, IEnumerable<string> names) =>
        new($"The data has no {role} column '{name}'. Its columns are: {string.Join(", ", names.Select(found => $"'{found}'"))}.");

    private static DataViewSchema.Column FindByRole(DataViewSchema schema, string name, string role) =>
        schema.GetColumnOrNull(name) ?? throw Missing(name, role, schema.Where(column => !column.IsHidden).Select(column => column.Name));
}
