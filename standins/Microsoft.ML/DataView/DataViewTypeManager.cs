namespace Microsoft.ML.Data;

/// <summary>Put on a member whose .NET type alone does not say its <see cref="DataViewType"/>.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public abstract class DataViewTypeAttribute : Attribute, IEquatable<DataViewTypeAttribute>
{
    public abstract bool Equals(DataViewTypeAttribute other);

    public abstract void Register();
}

/// <summary>Which .NET type, with which attribute, stands for which non-built-in <see cref="DataViewType"/>.</summary>
public static class DataViewTypeManager
{
    private static readonly Lock s_lock = new();
    private static readonly List<(DataViewType ViewType, Type ClrType, DataViewTypeAttribute Attribute)> s_registered = [];

    public static void Register(DataViewType dataViewType, Type type, DataViewTypeAttribute typeAttribute = null)
    {
        ArgumentNullException.ThrowIfNull(dataViewType);
        ArgumentNullException.ThrowIfNull(type);
        lock (s_lock)
        {
            if (FindLocked(type, typeAttribute) is null)
                s_registered.Add((dataViewType, type, typeAttribute));
        }
    }

    internal static DataViewType Find(Type type, DataViewTypeAttribute attribute)
    {
        lock (s_lock)
            return FindLocked(type, attribute);
    }

    internal static bool Knows(DataViewType type)
    {
        lock (s_lock)
            return s_registered.Exists(entry => entry.ViewType.Equals(type));
    }

    private static DataViewType FindLocked(Type type, DataViewTypeAttribute attribute) =>
        s_registered.Find(entry => entry.ClrType == type && (attribute is null ? entry.Attribute is null : attribute.Equals(entry.Attribute))).ViewType;
}
