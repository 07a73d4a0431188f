using System.Globalization;
using System.Linq.Expressions;
using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML.Typed;

/// <summary>Moves one member's value between objects of a row class and data-view rows.</summary>
internal abstract class MemberBinding<TRow>
{
    protected MemberBinding(SchemaDefinition.Column column) => Column = column;

    public SchemaDefinition.Column Column { get; }

    /// <summary>The type data-view rows hold the member's value in.</summary>
    public abstract Type RawType { get; }

    public abstract Type MemberType { get; }

    public abstract Delegate CreateGetter(Func<TRow> current);

    public abstract Action<TRow> CreateSetter(DataViewRow source, DataViewSchema.Column column);

    public static IReadOnlyList<MemberBinding<TRow>> All(SchemaDefinition definition) =>
        [.. definition.Select(column => Create(ClassMember.Named(typeof(TRow), column.MemberName), column))];

    private static MemberBinding<TRow> Create(ClassMember member, SchemaDefinition.Column column)
    {
        var (raw, converter) = Converters.Find(member.Type);
        var binding = typeof(MemberBinding<,,>).MakeGenericType(typeof(TRow), member.Type, raw);
        return (MemberBinding<TRow>)Activator.CreateInstance(binding, member, column, converter);
    }
}

internal sealed class MemberBinding<TRow, TMember, TRaw>(
    ClassMember member, SchemaDefinition.Column column, ValueConverter<TMember, TRaw> converter)
    : MemberBinding<TRow>(column)
{
    private readonly Func<TRow, TMember> _get = member.CanRead ? CompileGet(member.Info) : null;
    private readonly Action<TRow, TMember> _set = member.CanWrite ? CompileSet(member.Info) : null;

    public override Type RawType => typeof(TRaw);

    public override Type MemberType => typeof(TMember);

    public override Delegate CreateGetter(Func<TRow> current)
    {
        ValueGetter<TRaw> getter = (ref TRaw value) => converter.ToRaw(_get(current()), ref value);
        if (Column.ColumnType is not KeyDataViewType key)
            return getter;

        // Members count keys from 0, rows from 1, with 0 for missing; a member beyond the key's count is missing.
        return (ValueGetter<TRaw>)((ref TRaw value) =>
        {
            getter(ref value);
            var position = Convert.ToUInt64(value, CultureInfo.InvariantCulture);
            value = (TRaw)Convert.ChangeType(position < key.Count ? position + 1 : 0, typeof(TRaw), CultureInfo.InvariantCulture);
        });
    }

    // The buffer outlives the row, so a getter of images sees, and disposes, the image it gave before.
    public override Action<TRow> CreateSetter(DataViewRow source, DataViewSchema.Column column)
    {
        var getter = source.GetGetter<TRaw>(column);
        TRaw value = default;
        return row =>
        {
            getter(ref value);
            _set(row, converter.FromRaw(in value));
        };
    }

    private static Func<TRow, TMember> CompileGet(MemberInfo info)
    {
        var row = Expression.Parameter(typeof(TRow));
        return Expression.Lambda<Func<TRow, TMember>>(Expression.MakeMemberAccess(row, info), row).Compile();
    }

    private static Action<TRow, TMember> CompileSet(MemberInfo info)
    {
        var row = Expression.Parameter(typeof(TRow));
        var value = Expression.Parameter(typeof(TMember));
        return Expression.Lambda<Action<TRow, TMember>>(Expression.Assign(Expression.MakeMemberAccess(row, info), value), row, value).Compile();
    }
}
