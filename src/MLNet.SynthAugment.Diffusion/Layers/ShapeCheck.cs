namespace MLNet.SynthAugment.Diffusion.Layers;

/// <summary>Checks shapes at the models' borders: a wrong matrix product inside would end the process.</summary>
internal static class ShapeCheck
{
    /// <summary>Stands for a size that is not prescribed.</summary>
    internal const long Any = -1;

    /// <summary>Throws unless the tensor has the expected shape.</summary>
    /// <param name="what">Name of the tensor for the error.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="expected">The sizes; <see cref="Any"/> for any size above 0.</param>
    /// <exception cref="ArgumentException">The shape differs.</exception>
    internal static void Require(string what, Tensor tensor, params ReadOnlySpan<long> expected)
    {
        var shape = tensor.shape;
        var fits = shape.Length == expected.Length;
        for (var i = 0; fits && i < shape.Length; i++)
            fits = expected[i] == Any ? shape[i] > 0 : shape[i] == expected[i];
        if (fits)
            return;
        var sizes = expected.ToArray().Select(size => size == Any ? "any" : size.ToString());
        throw new ArgumentException(
            $"The {what} have shape [{string.Join(", ", shape)}], but [{string.Join(", ", sizes)}] is expected.");
    }
}
