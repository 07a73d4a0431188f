namespace MLNet.SynthAugment.Diffusion;

/// <summary>
/// Numbers in tensor expressions: <c>x * Kept(0.5)</c> instead of <c>x * 0.5</c>, <c>x.Plus(y)</c> instead of <c>x +
/// y</c>, which multiplies y by a hidden 1. TorchSharp 0.107 makes a temporary <see cref="Scalar"/> of such a number
/// and passes on its native address alone. A garbage collection on another thread may free it while the call reads it.
/// The call then fails with "Unknown scalar type" or, worse, computes with another number (docs/performance.md).
/// </summary>
internal static class KeptScalars
{
    // A call takes three numbers at most, and a thread's call is over before its next one begins.
    private const int Count = 16;

    private static readonly Scalar s_one = 1;
    private static readonly Scalar s_two = 2;

    [ThreadStatic]
    private static Scalar[]? s_recent;

    [ThreadStatic]
    private static int s_next;

    /// <summary>The number, which stays alive until this thread has kept 16 others.</summary>
    public static Scalar Kept(Scalar value)
    {
        var recent = s_recent ??= new Scalar[Count];
        recent[s_next] = value;
        s_next = (s_next + 1) % Count;
        return value;
    }

    /// <summary>left + right.</summary>
    public static Tensor Plus(this Tensor left, Tensor right) => left.add(right, s_one);

    /// <summary>left + right.</summary>
    public static Tensor Plus(this Tensor left, Scalar right) => left.add(Kept(right), s_one);

    /// <summary>minuend − x.</summary>
    public static Tensor SubtractedFrom(this Tensor x, Scalar minuend) => x.negative().add(Kept(minuend), s_one);

    /// <summary>x².</summary>
    public static Tensor Squared(this Tensor x) => x.pow(s_two);
}
