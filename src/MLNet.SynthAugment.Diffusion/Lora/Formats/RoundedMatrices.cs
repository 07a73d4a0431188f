namespace MLNet.SynthAugment.Diffusion.Lora.Formats;

/// <summary>
/// A and B of a layer in the type of a file. A power of two moves from one to the other, which leaves B A as it is,
/// where values would else be too small or too large for the type.
/// </summary>
/// <param name="A">A · 2^<paramref name="Shift"/>.</param>
/// <param name="B">B / 2^<paramref name="Shift"/>.</param>
/// <param name="Shift">The power of two; 0 where nothing is gained by one.</param>
/// <param name="Loss">What the type cannot hold.</param>
internal sealed record RoundedMatrices(Tensor A, Tensor B, int Shift, RoundingLoss Loss)
{
    /// <summary>
    /// The largest shift: more than the range of half precision on either side, and little for float32.
    /// </summary>
    public const int LargestShift = 32;

    /// <summary>Rounds matrices to a type with the shift that loses least.</summary>
    /// <param name="a">A, float32.</param>
    /// <param name="b">B, float32.</param>
    /// <param name="dtype">The type of the file.</param>
    public static RoundedMatrices Of(Tensor a, Tensor b, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var (lossOfA, lossOfB) = (RoundingLoss.Of(a, 0, dtype), RoundingLoss.Of(b, 0, dtype));
        var (shift, loss) = (0, lossOfA + lossOfB);
        foreach (var direction in Directions(lossOfA, lossOfB))
        {
            for (var size = 1; size <= LargestShift && !loss.IsNone; size++)
            {
                var candidate = direction * size;
                var candidateLoss = RoundingLoss.Of(a, candidate, dtype) + RoundingLoss.Of(b, -candidate, dtype);
                var difference = candidateLoss.CompareTo(loss);
                // What one matrix still gains is from here on less than what the other loses.
                if (difference > 0)
                    break;
                if (difference < 0)
                    (shift, loss) = (candidate, candidateLoss);
            }
        }
        return new RoundedMatrices(Rounded(a, shift), Rounded(b, -shift), shift, loss);

        Tensor Rounded(Tensor values, int by) =>
            (by == 0 ? values.alias() : Shifted(values, by)).to(dtype).MoveToOuterDisposeScope();
    }

    /// <summary>The values times a power of two.</summary>
    public static Tensor Shifted(Tensor values, int shift) => values * Kept(MathF.ScaleB(1, shift));

    // A matrix that loses nothing has nothing to gain: powers of two go to the other one, or from it if it is too
    // large.
    private static int[] Directions(RoundingLoss lossOfA, RoundingLoss lossOfB) =>
        (lossOfA.IsNone, lossOfB.IsNone) switch
        {
            (true, true) => [],
            (true, false) => [lossOfB.Infinite > 0 ? 1 : -1],
            (false, true) => [lossOfA.Infinite > 0 ? -1 : 1],
            _ => [1, -1],
        };
}

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
        if (finite.NumberOfElements == 0)
            return new RoundingLoss(values.NumberOfElements, 0, 0, 0, 0);
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
