using MLNet.SynthAugment.Diffusion;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Golden;

/// <summary>Where and how the models compute while they are checked.</summary>
/// <param name="Device">Device of the models.</param>
/// <param name="Precision">Type of their weights and arithmetic.</param>
internal sealed record GoldenSetup(Device Device, Precision Precision)
{
    // Float16 rounds to 11 bits, bfloat16 to 8.
    private const double Float16Tolerance = 3e-2;
    private const double BFloat16Tolerance = 8 * Float16Tolerance;

    /// <summary>The torch type of <see cref="Precision"/>.</summary>
    public ScalarType Dtype => Precision.ToScalarType();

    /// <summary>
    /// The least tolerance in half precision, in parts of the values' root mean square; 0 in float32.
    /// </summary>
    public double RelativeTolerance => Precision switch
    {
        Precision.Float16 => Float16Tolerance,
        Precision.BFloat16 => BFloat16Tolerance,
        _ => 0,
    };
}
