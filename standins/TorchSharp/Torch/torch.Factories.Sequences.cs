using TorchSharp.Interop;

namespace TorchSharp;

// Tensors of evenly spaced numbers, unit matrices, tensors like another.
public static partial class torch
{
    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(0, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(start, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(
        Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        var integral = start.Type.IsIntegral() && stop.Type.IsIntegral() && step.Type.IsIntegral();
        var type = dtype ?? (integral ? ScalarType.Int64 : s_defaultType);
        return Finish(
            Dispatcher.One("aten::arange.start_step", start, stop, step, type, Argument.Default, Placement(device)), requires_grad);
    }

    public static Tensor linspace(
        double start, double end, long steps, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Finish(
            Dispatcher.One("aten::linspace", start, end, steps, dtype ?? s_defaultType, Argument.Default, Placement(device)),
            requires_grad);

    public static Tensor logspace(
        double start, double end, long steps, double @base = 10, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Finish(
            Dispatcher.One("aten::logspace", start, end, steps, @base, dtype ?? s_defaultType, Argument.Default, Placement(device)),
            requires_grad);

    public static Tensor eye(
        long rows, long columns = -1, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Finish(
            Dispatcher.One(
                "aten::eye.m", rows, columns == -1 ? rows : columns, dtype ?? s_defaultType, Argument.Default, Placement(device)),
            requires_grad,
            names);

    public static Tensor zeros_like(
        Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Finish(input.zeros_like(dtype, device), requires_grad, names);

    public static Tensor ones_like(
        Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Finish(input.ones_like(dtype, device), requires_grad, names);

    public static Tensor empty_like(
        Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Finish(input.empty_like(dtype, device), requires_grad, names);

    public static Tensor full_like(
        Tensor input, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Finish(input.full_like(value, dtype, device), requires_grad, names);
}
