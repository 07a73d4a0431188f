using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>A public field or property of a row class.</summary>
internal sealed class ClassMember
{
    private readonly MemberInfo _info;

    private ClassMember(MemberInfo info, Type type, bool canRead, bool canWrite)
    {
        _info = info;
        Type = type;
        CanRead = canRead;
        CanWrite = canWrite;
    }

    public string Name => _info.Name;

    public MemberInfo Info => _info;

    public Type Type { get; }

    public bool CanRead { get; }

    public bool CanWrite { get; }

    public bool IsVector => Type.IsArray || (Type.IsGenericType && Type.GetGenericTypeDefinition() == typeof(VBuffer<>));

    public Type ItemType => Type.IsArray ? Type.GetElementType() : IsVector ? Type.GetGenericArguments()[0] : Type;

    public TAttribute Find<TAttribute>()
        where TAttribute : Attribute => _info.GetCustomAttribute<TAttribute>();

    public static IEnumerable<ClassMember> Of(Type type)
    {
        const BindingFlags Public = BindingFlags.Public | BindingFlags.Instance;
        var fields = type.GetFields(Public).Select(field => new ClassMember(field, field.FieldType, true, !field.IsInitOnly));
        var properties = type.GetProperties(Public)
            .Where(property => property.GetIndexParameters().Length == 0)
            .Select(property => new ClassMember(
                property, property.PropertyType, property.GetMethod?.IsPublic == true, property.SetMethod?.IsPublic == true));
        return fields.Concat(properties);
    }

    public static ClassMember Named(Type type, string name) => Of(type).First(member => member.Name == name);
}
