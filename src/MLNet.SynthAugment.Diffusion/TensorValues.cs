namespace MLNet.SynthAugment.Diffusion;

/// <summary>Puts numbers into tensors and takes them out.</summary>
internal static class TensorValues
{
    /// <summary>
    /// A copy of the values of a tensor on the CPU. Native memory is not held any longer, as it is by an accessor that
    /// is not disposed.
    /// </summary>
    public static T[] ToArray<T>(this Tensor tensor) where T : unmanaged
    {
#pragma warning disable RS0030 // Here the accessor is disposed.
        using var values = tensor.data<T>();
#pragma warning restore RS0030
        return values.ToArray();
    }

    /// <summary>A matrix [rows, columns] of a copy of the values.</summary>
    // A tensor of an array keeps the address that the array has. MKL's products of doubles depend on it in their last
    // bits on some processors, so that equal data would give unequal results.
    public static Tensor Matrix(double[] values, long rows, long columns)
    {
        using var wrapped = tensor(values, rows, columns);
        return wrapped.clone();
    }
}
