using static MLNet.SynthAugment.Diffusion.KeptScalars;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Lora.Formats;

/// <summary>
/// What a type loses of finite values beyond its usual rounding: values so small that it holds fewer of their digits,
/// or none, and values beyond its largest.
/// </summary>
/// <param name="Values">How many values there are.</param>
/// <param name="Coarse">How many lose digits.</param>
/// <param name="Zeros">How many of those became 0.</param>
/// <param name="Infinite">How many became infinite.</param>
/// <param name="LargestError">The largest error relative to a value; 1 where one became 0.</param>
internal readonly record struct RoundingLoss(long Values, long Coarse, long Zeros, long Infinite, double LargestError)
    : IComparable<RoundingLoss>
{
    /// <summary>Whether nothing is lost.</summary>
    public bool IsNone => Coarse == 0 && Infinite == 0;

    /// <summary>Both losses together.</summary>
    public static RoundingLoss operator +(RoundingLoss a, RoundingLoss b) =>
        new(a.Values + b.Values, a.Coarse + b.Coarse, a.Zeros + b.Zeros, a.Infinite + b.Infinite,
            Math.Max(a.LargestError, b.LargestError));

    /// <summary>Measures the loss.</summary>
    /// <param name="values">Values, float32.</param>
    /// <param name="shift">Power of two that they are multiplied with before.</param>
    /// <param name="dtype">The type.</param>
    public static RoundingLoss Of(Tensor values, int shift, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var finite = values.to(ScalarType.Float64);
        finite = finite[finite.isfinite()];
        if (finite.NumberOfElements == 0) return new RoundingLoss(values.NumberOfElements, 0, 0, 0, 0);
        var shifted = finite * Kept(Math.ScaleB(1, shift));
        var rounded = shifted.to(dtype).to(ScalarType.Float64);
        var infinite = rounded.isinf();
        var error = ((rounded - shifted).abs() / shifted.abs()).masked_fill(
            infinite.logical_or(shifted.eq(Kept(0))), Kept(0));
        var coarse = error.gt(Kept(UnitRoundoff(dtype)));
        return new RoundingLoss(
            values.NumberOfElements,
            Count(coarse),
            Count(rounded.eq(Kept(0)).logical_and(shifted.ne(Kept(0)))),
            Count(infinite),
            coarse.any().item<bool>() ? error.max().item<double>() : 0);
    }

    /// <summary>Infinite values weigh most, then zeros, then lost digits.</summary>
    public int CompareTo(RoundingLoss other) =>
        (Infinite, Zeros, Coarse).CompareTo((other.Infinite, other.Zeros, other.Coarse));

    private static long Count(Tensor flags) => flags.sum().item<long>();

    // Half the distance of two neighbours, relative to them.
    private static double UnitRoundoff(ScalarType dtype) => dtype switch
    {
        ScalarType.Float16 => Math.ScaleB(1, -11),
        ScalarType.BFloat16 => Math.ScaleB(1, -8),
        _ => Math.ScaleB(1, -24),
    };
}
