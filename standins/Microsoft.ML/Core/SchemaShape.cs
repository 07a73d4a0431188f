using System.Collections;
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>What is known of a schema before there is data: names, item types, whether vectors, whether keys.</summary>
public sealed class SchemaShape : IReadOnlyList<SchemaShape.Column>
{
    private static readonly SchemaShape s_empty = new([]);
    private readonly Column[] _columns;

    public SchemaShape(IEnumerable<Column> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        _columns = [.. columns];
    }

    public int Count => _columns.Length;

    public Column this[int index] => _columns[index];

    public IEnumerator<Column> GetEnumerator() => ((IEnumerable<Column>)_columns).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static SchemaShape Create(DataViewSchema schema) =>
        new(schema.Where(column => !column.IsHidden).Select(column => Column.Of(column.Name, column.Type, AnnotationsOf(column.Annotations))));

    internal bool TryFindColumn(string name, out Column column)
    {
        var index = Array.FindIndex(_columns, candidate => candidate.Name == name);
        column = index >= 0 ? _columns[index] : default;
        return index >= 0;
    }

    /// <summary>These columns with the given ones in place of, or after, those of the same name.</summary>
    internal SchemaShape With(params ReadOnlySpan<Column> added)
    {
        var byName = new OrderedDictionary<string, Column>();
        foreach (var column in _columns)
            byName[column.Name] = column;
        foreach (var column in added)
            byName[column.Name] = column;
        return new SchemaShape(byName.Values);
    }

    private static SchemaShape AnnotationsOf(DataViewSchema.Annotations annotations) =>
        new(annotations.Schema.Select(column => Column.Of(column.Name, column.Type, s_empty)));

    /// <summary>One column's shape.</summary>
    public struct Column
    {
        public readonly string Name;

        public readonly VectorKind Kind;

        public readonly DataViewType ItemType;

        public readonly bool IsKey;

        public readonly SchemaShape Annotations;

        internal Column(string name, VectorKind vecKind, DataViewType itemType, bool isKey, SchemaShape annotations = null)
        {
            Name = name;
            Kind = vecKind;
            ItemType = itemType;
            IsKey = isKey;
            Annotations = annotations ?? s_empty;
        }

        /// <summary>Scalar, or vector of known or unknown size.</summary>
        public enum VectorKind
        {
            Scalar,
            Vector,
            VariableVector,
        }

        // A key's item type is the number that stores it: its count is not known before there is data.
        internal static Column Of(string name, DataViewType type, SchemaShape annotations = null)
        {
            var vector = type as VectorDataViewType;
            var kind = vector is null ? VectorKind.Scalar : vector.IsKnownSize ? VectorKind.Vector : VectorKind.VariableVector;
            var item = vector?.ItemType ?? type;
            return item is KeyDataViewType
                ? new Column(name, kind, ColumnTypes.Number(item.RawType), isKey: true, annotations)
                : new Column(name, kind, item, isKey: false, annotations);
        }

        internal readonly Column Renamed(string name) => new(name, Kind, ItemType, IsKey, Annotations);

        internal readonly bool HasAnnotation(string kind) => Annotations.TryFindColumn(kind, out _);

        internal readonly string Describe()
        {
            var item = IsKey ? $"Key<{ItemType}>" : $"{ItemType}";
            return Kind switch
            {
                VectorKind.Scalar => item,
                VectorKind.Vector => $"Vector<{item}>",
                _ => $"VarVector<{item}>",
            };
        }
    }
}
