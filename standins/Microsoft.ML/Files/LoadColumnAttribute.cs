namespace Microsoft.ML.Data;

/// <summary>The fields of a text file that make the member's column.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class LoadColumnAttribute : Attribute
{
    public LoadColumnAttribute(int fieldIndex) => Ranges = [new TextLoader.Range(fieldIndex)];

    public LoadColumnAttribute(int start, int end) => Ranges = [new TextLoader.Range(start, end)];

    public LoadColumnAttribute(int[] columnIndexes) => Ranges = [.. columnIndexes.Select(index => new TextLoader.Range(index))];

    internal TextLoader.Range[] Ranges { get; }

    /// <summary>The columns of a class whose members carry this attribute.</summary>
    internal static TextLoader.Column[] ColumnsOf(Type type) =>
        [.. ClassMember.Of(type).Where(member => member.Find<LoadColumnAttribute>() is not null).Select(member => new TextLoader.Column(
            member.Find<ColumnNameAttribute>()?.Name ?? member.Name,
            DataKinds.Of(member.ItemType),
            member.Find<LoadColumnAttribute>().Ranges,
            member.Find<KeyTypeAttribute>()?.KeyCount))];
}
