namespace MLNet.SynthAugment.Diffusion;

/// <summary>The type in which a model's weights are held and its arithmetic is done.</summary>
public enum Precision
{
    /// <summary>32-bit floats.</summary>
    Float32,

    /// <summary>16-bit floats with 10 bits of fraction; for GPUs.</summary>
    Float16,

    /// <summary>16-bit floats with the range of float32 and 7 bits of fraction.</summary>
    BFloat16,
}

/// <summary>Conversions of <see cref="Precision"/>.</summary>
public static class PrecisionExtensions
{
    /// <summary>The torch type of a precision.</summary>
    /// <param name="precision">The precision.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is none of the enumeration's.</exception>
    public static ScalarType ToScalarType(this Precision precision) => precision switch
    {
        Precision.Float32 => ScalarType.Float32,
        Precision.Float16 => ScalarType.Float16,
        Precision.BFloat16 => ScalarType.BFloat16,
        _ => throw new ArgumentOutOfRangeException(
            nameof(precision), precision, "Precision is Float32, Float16 or BFloat16."),
    };
}
