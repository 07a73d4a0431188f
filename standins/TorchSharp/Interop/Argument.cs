using System.Text;
using static TorchSharp.torch;

namespace TorchSharp.Interop;

/// <summary>
/// One argument of an operator call, made by implicit conversion. A null stands for the operator's own default, which is
/// "none" for optional tensors, numbers and lists.
/// </summary>
internal readonly struct Argument
{
    public readonly ValueTag Tag;
    public readonly object? Reference;
    public readonly long Integer;
    public readonly int Length;

    private Argument(ValueTag tag, object? reference, long integer, int length = 0)
    {
        Tag = tag;
        Reference = reference;
        Integer = integer;
        Length = length;
    }

    public static Argument Default => default;

    public static Argument None => new(ValueTag.None, null, 0);

    public static Argument OptionalTensors(Tensor?[] tensors) => new(ValueTag.OptionalTensors, tensors, 0, tensors.Length);

    public static implicit operator Argument(Tensor? value) => value is null ? default : new(ValueTag.Tensor, value, 0);
    public static implicit operator Argument(long value) => new(ValueTag.Int, null, value);
    public static implicit operator Argument(long? value) => value is { } number ? number : default(Argument);
    public static implicit operator Argument(int value) => new(ValueTag.Int, null, value);
    public static implicit operator Argument(int? value) => value is { } number ? number : default(Argument);
    public static implicit operator Argument(double value) => new(ValueTag.Double, null, BitConverter.DoubleToInt64Bits(value));
    public static implicit operator Argument(double? value) => value is { } number ? number : default(Argument);
    public static implicit operator Argument(bool value) => new(ValueTag.Bool, null, value ? 1 : 0);
    public static implicit operator Argument(ScalarType value) => new(ValueTag.Int, null, (long)value);
    public static implicit operator Argument(ScalarType? value) => value is { } type ? type : default(Argument);

    public static implicit operator Argument(Scalar? value) => value is null ? default : value.AsArgument();

    public static implicit operator Argument(Device? value) =>
        value is null ? default : new(ValueTag.Device, null, (long)value.type, value.index);

    public static implicit operator Argument(Generator? value) => value is null ? default : new(ValueTag.Generator, value, 0);
    public static implicit operator Argument(long[]? value) => value is null ? default : new(ValueTag.IntList, value, 0, value.Length);
    public static implicit operator Argument(ReadOnlySpan<long> value) => value.ToArray();
    public static implicit operator Argument(double[]? value) => value is null ? default : new(ValueTag.DoubleList, value, 0, value.Length);
    public static implicit operator Argument(Tensor[]? value) => value is null ? default : new(ValueTag.TensorList, value, 0, value.Length);

    public static implicit operator Argument(string? value)
    {
        if (value is null)
            return default;
        var bytes = Encoding.UTF8.GetBytes(value);
        return new(ValueTag.String, bytes, 0, bytes.Length);
    }

    /// <summary>How many 8-byte words of scratch memory the argument's list needs.</summary>
    public int ScratchWords => Tag == ValueTag.String ? (Length + 7) / 8 : Reference is Array ? Length : 0;

    /// <summary>Writes the argument for native code; its list goes to <paramref name="scratch"/>.</summary>
    public unsafe NativeValue ToNative(nint* scratch)
    {
        var value = new NativeValue { Tag = Tag, Length = Length, Integer = Integer };
        switch (Tag)
        {
            case ValueTag.Tensor:
                value.Pointer = ((Tensor)Reference!).Handle;
                return value;
            case ValueTag.Generator:
                value.Pointer = ((Generator)Reference!).Handle;
                return value;
            case ValueTag.IntList:
                ((long[])Reference!).CopyTo(new Span<long>(scratch, Length));
                break;
            case ValueTag.DoubleList:
                ((double[])Reference!).CopyTo(new Span<double>(scratch, Length));
                break;
            case ValueTag.String:
                ((byte[])Reference!).CopyTo(new Span<byte>(scratch, Length));
                break;
            case ValueTag.TensorList or ValueTag.OptionalTensors:
                var tensors = (Tensor?[])Reference!;
                for (var i = 0; i < tensors.Length; i++)
                    scratch[i] = tensors[i]?.Handle ?? 0;
                break;
            default:
                return value;
        }
        value.Pointer = (nint)scratch;
        return value;
    }
}
