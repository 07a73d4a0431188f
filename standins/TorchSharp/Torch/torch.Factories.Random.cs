using TorchSharp.Interop;

namespace TorchSharp;

// Tensors of random numbers.
public static partial class torch
{
    public static Tensor rand(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Random("aten::rand.generator", size.ToArray(), generator, dtype, device, requires_grad, names);

    public static Tensor rand(int dim0, int dim1, int dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Random("aten::rand.generator", [dim0, dim1, dim2], generator, dtype, device, requires_grad, names);

    public static Tensor rand(int dim0, int dim1, int dim2, int dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Random("aten::rand.generator", [dim0, dim1, dim2, dim3], generator, dtype, device, requires_grad, names);

    public static Tensor rand(int rows, int columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Random("aten::rand.generator", [rows, columns], generator, dtype, device, requires_grad, names);

    public static Tensor rand(int size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Random("aten::rand.generator", [size], generator, dtype, device, requires_grad, names);

    public static Tensor rand(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Random("aten::rand.generator", [dim0, dim1, dim2], generator, dtype, device, requires_grad, names);

    public static Tensor rand(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Random("aten::rand.generator", [dim0, dim1, dim2, dim3], generator, dtype, device, requires_grad, names);

    public static Tensor rand(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Random("aten::rand.generator", [rows, columns], generator, dtype, device, requires_grad, names);

    public static Tensor rand(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Random("aten::rand.generator", [size], generator, dtype, device, requires_grad, names);

    public static Tensor rand(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Random("aten::rand.generator", size, generator, dtype, device, requires_grad, names);

    public static Tensor randn(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Random("aten::randn.generator", size.ToArray(), generator, dtype, device, requires_grad, names);

    public static Tensor randn(int dim0, int dim1, int dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Random("aten::randn.generator", [dim0, dim1, dim2], generator, dtype, device, requires_grad, names);

    public static Tensor randn(int dim0, int dim1, int dim2, int dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Random("aten::randn.generator", [dim0, dim1, dim2, dim3], generator, dtype, device, requires_grad, names);

    public static Tensor randn(int rows, int columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Random("aten::randn.generator", [rows, columns], generator, dtype, device, requires_grad, names);

    public static Tensor randn(int size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Random("aten::randn.generator", [size], generator, dtype, device, requires_grad, names);

    public static Tensor randn(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Random("aten::randn.generator", [dim0, dim1, dim2], generator, dtype, device, requires_grad, names);

    public static Tensor randn(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Random("aten::randn.generator", [dim0, dim1, dim2, dim3], generator, dtype, device, requires_grad, names);

    public static Tensor randn(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Random("aten::randn.generator", [rows, columns], generator, dtype, device, requires_grad, names);

    public static Tensor randn(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Random("aten::randn.generator", [size], generator, dtype, device, requires_grad, names);

    public static Tensor randn(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Random("aten::randn.generator", size, generator, dtype, device, requires_grad, names);

    public static Tensor randint(int high, int[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        RandomIntegers(0, high, Array.ConvertAll(size, length => (long)length), generator, dtype, device, requires_grad, names);

    public static Tensor randint(int low, int high, int[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        RandomIntegers(low, high, Array.ConvertAll(size, length => (long)length), generator, dtype, device, requires_grad, names);

    public static Tensor randint(long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        RandomIntegers(0, high, size, generator, dtype, device, requires_grad, names);

    public static Tensor randint(long low, long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        RandomIntegers(low, high, size, generator, dtype, device, requires_grad, names);

    public static Tensor randperm(long n, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) =>
        Finish(Dispatcher.One("aten::randperm.generator", n, generator, dtype ?? ScalarType.Int64, Argument.Default, Placement(device)), requires_grad);

    public static Tensor normal(Tensor mean, Tensor std, Generator? generator = null) =>
        Dispatcher.One("aten::normal.Tensor_Tensor", mean, std, generator);

    public static Tensor bernoulli(Tensor input, Generator? generator = null) => input.bernoulli(generator);

    public static Tensor multinomial(Tensor input, long num_samples, bool replacement = false, Generator? generator = null) =>
        input.multinomial(num_samples, replacement, generator);

    private static Tensor Random(
        string name, long[] size, Generator? generator, ScalarType? dtype, Device? device, bool requires_grad, string[]? names) =>
        Finish(Dispatcher.One(name, size, generator, dtype ?? s_defaultType, Argument.Default, Placement(device)), requires_grad, names);

    private static Tensor RandomIntegers(
        long low, long high, long[] size, Generator? generator, ScalarType? dtype, Device? device, bool requires_grad, string[]? names) =>
        Finish(
            Dispatcher.One("aten::randint.low_generator", low, high, size, generator, dtype ?? ScalarType.Int64, Argument.Default, Placement(device)),
            requires_grad,
            names);
}
