using Microsoft.ML.Data;

namespace Microsoft.ML.Typed;

/// <summary>Between a member's .NET type and the type a data-view row holds it in.</summary>
internal abstract class ValueConverter<TMember, TRaw>
{
    public abstract void ToRaw(TMember member, ref TRaw raw);

    public abstract TMember FromRaw(in TRaw raw);
}

internal static class Converters
{
    /// <summary>The raw type of a member's type, and the converter between the two.</summary>
    public static (Type RawType, object Converter) Find(Type member)
    {
        if (member == typeof(string))
            return (typeof(ReadOnlyMemory<char>), new TextConverter());
        if (member == typeof(string[]))
            return (typeof(VBuffer<ReadOnlyMemory<char>>), new TextArrayConverter());
        if (member.IsArray)
        {
            var item = member.GetElementType();
            return (typeof(VBuffer<>).MakeGenericType(item), Activator.CreateInstance(typeof(ArrayConverter<>).MakeGenericType(item)));
        }

        if (member.IsGenericType && member.GetGenericTypeDefinition() == typeof(VBuffer<>))
            return (member, Activator.CreateInstance(typeof(VectorConverter<>).MakeGenericType(member.GetGenericArguments()[0])));
        return (member, Activator.CreateInstance(typeof(SameTypeConverter<>).MakeGenericType(member)));
    }

    private sealed class SameTypeConverter<T> : ValueConverter<T, T>
    {
        public override void ToRaw(T member, ref T raw) => raw = member;

        public override T FromRaw(in T raw) => raw;
    }

    private sealed class TextConverter : ValueConverter<string, ReadOnlyMemory<char>>
    {
        public override void ToRaw(string member, ref ReadOnlyMemory<char> raw) => raw = member.AsMemory();

        public override string FromRaw(in ReadOnlyMemory<char> raw) => raw.ToString();
    }

    private sealed class TextArrayConverter : ValueConverter<string[], VBuffer<ReadOnlyMemory<char>>>
    {
        public override void ToRaw(string[] member, ref VBuffer<ReadOnlyMemory<char>> raw)
        {
            var editor = VBufferEditor.Create(ref raw, member?.Length ?? 0);
            for (var i = 0; i < editor.Values.Length; i++)
                editor.Values[i] = member[i].AsMemory();
            raw = editor.Commit();
        }

        public override string[] FromRaw(in VBuffer<ReadOnlyMemory<char>> raw) =>
            [.. raw.DenseValues().Select(text => text.ToString())];
    }

    private sealed class ArrayConverter<T> : ValueConverter<T[], VBuffer<T>>
    {
        public override void ToRaw(T[] member, ref VBuffer<T> raw) => VBuffer<T>.Copy(member ?? [], 0, ref raw, member?.Length ?? 0);

        public override T[] FromRaw(in VBuffer<T> raw)
        {
            var member = new T[raw.Length];
            raw.CopyTo(member);
            return member;
        }
    }

    private sealed class VectorConverter<T> : ValueConverter<VBuffer<T>, VBuffer<T>>
    {
        public override void ToRaw(VBuffer<T> member, ref VBuffer<T> raw) => member.CopyTo(ref raw);

        public override VBuffer<T> FromRaw(in VBuffer<T> raw)
        {
            VBuffer<T> copy = default;
            raw.CopyTo(ref copy);
            return copy;
        }
    }
}
