namespace Microsoft.ML.Data;

/// <summary>Which members of a class are which columns.</summary>
public sealed class SchemaDefinition : List<SchemaDefinition.Column>
{
    private SchemaDefinition(Type userType) => UserType = userType;

    internal Type UserType { get; }

    public Column this[string columnName]
    {
        get => Find(column => column.ColumnName == columnName)
            ?? throw new ArgumentOutOfRangeException(nameof(columnName), $"Column '{columnName}' is not in the schema definition.");
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            var index = FindIndex(column => column.ColumnName == columnName);
            if (index < 0)
                throw new ArgumentOutOfRangeException(nameof(columnName), $"Column '{columnName}' is not in the schema definition.");
            this[index] = value;
        }
    }

    public static SchemaDefinition Create(Type userType, Direction direction = Direction.Both)
    {
        ArgumentNullException.ThrowIfNull(userType);
        var definition = new SchemaDefinition(userType);
        foreach (var member in ClassMember.Of(userType))
        {
            var unusable = (direction.HasFlag(Direction.Read) && !member.CanRead) || (direction.HasFlag(Direction.Write) && !member.CanWrite);
            if (unusable || member.Find<NoColumnAttribute>() is not null)
                continue;
            var name = member.Find<ColumnNameAttribute>()?.Name ?? member.Name;
            if (definition.Exists(column => column.ColumnName == name))
                throw new InvalidOperationException($"Duplicate column name '{name}' in {userType}.");
            definition.Add(new Column(member.Name, name, TypeOf(member)));
        }

        return definition;
    }

    /// <summary>The definition for reading, with the types and annotations of a schema's columns of the same names.</summary>
    internal static SchemaDefinition Create(Type userType, DataViewSchema schema)
    {
        var definition = Create(userType, Direction.Read);
        foreach (var member in definition)
        {
            if (schema.GetColumnOrNull(member.ColumnName) is not { } column)
                continue;
            member.ColumnType = column.Type;
            member.AddAnnotations(column.Annotations);
        }

        return definition;
    }

    private static DataViewType TypeOf(ClassMember member)
    {
        var attribute = member.Find<DataViewTypeAttribute>();
        attribute?.Register();
        if (DataViewTypeManager.Find(member.Type, attribute) is { } registered)
            return registered;

        var itemType = member.ItemType;
        var item = ColumnTypes.Primitive(itemType)
            ?? throw new ArgumentOutOfRangeException(nameof(member), $"Could not determine an IDataView type and registered custom types for member {member.Name}");
        if (member.Find<KeyTypeAttribute>() is { } key)
        {
            if (!KeyDataViewType.IsValidDataType(itemType))
                throw new ArgumentException($"Member {member.Name} is marked as a key, but {itemType} cannot hold one.", nameof(member));
            item = new KeyDataViewType(itemType, key.KeyCount?.Count ?? MaximumKeyCount(itemType));
        }

        return member.IsVector ? new VectorDataViewType(item, member.Find<VectorTypeAttribute>()?.Dimensions ?? [0]) : item;
    }

    private static ulong MaximumKeyCount(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Byte => byte.MaxValue,
        TypeCode.UInt16 => ushort.MaxValue,
        TypeCode.UInt32 => uint.MaxValue,
        _ => ulong.MaxValue,
    };

    /// <summary>Whether members are read, written, or both.</summary>
    [Flags]
    public enum Direction
    {
        Read = 1,
        Write = 2,
        Both = Read | Write,
    }

    /// <summary>One member and its column.</summary>
    public sealed class Column
    {
        private readonly DataViewSchema.Annotations.Builder _annotations = new();

        internal Column(string memberName, string columnName, DataViewType columnType)
        {
            MemberName = memberName;
            ColumnName = columnName;
            ColumnType = columnType;
        }

        public string MemberName { get; }

        public string ColumnName { get; set; }

        public DataViewType ColumnType { get; set; }

        public DataViewSchema.Annotations Annotations => _annotations.ToAnnotations();

        public void AddAnnotation<T>(string kind, T value, DataViewType annotationType) =>
            _annotations.Add(kind, annotationType, (ref T destination) => destination = value);

        internal void AddAnnotations(DataViewSchema.Annotations annotations) => _annotations.Add(annotations, _ => true);
    }
}
