using TorchSharp.Interop;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>A number with a type: integral, floating or boolean.</summary>
public sealed class Scalar : IDisposable
{
    private readonly double _real;
    private readonly long _integer;

    internal Scalar(double value, ScalarType type)
    {
        _real = value;
        _integer = (long)value;
        Type = type;
    }

    internal Scalar(long value, ScalarType type)
    {
        _real = value;
        _integer = value;
        Type = type;
    }

    public ScalarType Type { get; }

    internal double Real => _real;

    internal long Integer => _integer;

    internal bool IsFloatingPoint => Type.IsFloatingPoint();

    // As in libtorch, a scalar is a long, a double or a bool.
    public static implicit operator Scalar(byte value) => new(value, ScalarType.Int64);
    public static implicit operator Scalar(sbyte value) => new(value, ScalarType.Int64);
    public static implicit operator Scalar(short value) => new(value, ScalarType.Int64);
    public static implicit operator Scalar(int value) => new(value, ScalarType.Int64);
    public static implicit operator Scalar(long value) => new(value, ScalarType.Int64);
    public static implicit operator Scalar(Half value) => new((double)value, ScalarType.Float64);
    public static implicit operator Scalar(float value) => new(value, ScalarType.Float64);
    public static implicit operator Scalar(double value) => new(value, ScalarType.Float64);
    public static implicit operator Scalar(bool value) => new(value ? 1L : 0L, ScalarType.Bool);

    public void Dispose()
    {
    }

    internal Argument AsArgument() => Type switch
    {
        ScalarType.Bool => _integer != 0,
        _ when IsFloatingPoint => _real,
        _ => _integer,
    };
}
