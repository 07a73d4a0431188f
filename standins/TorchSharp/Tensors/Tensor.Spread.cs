using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Variances and standard deviations.
    public partial class Tensor
    {
        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Spread("aten::std.dim", dimensions, unbiased, keepdim, type);

        public Tensor std(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Spread("aten::std.dim", dimensions.ToArray(), unbiased, keepdim, type);

        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Spread("aten::std.dim", [dim], unbiased, keepdim, type);

        public Tensor std((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Spread("aten::std.dim", [dim.Item1, dim.Item2], unbiased, keepdim, type);

        public Tensor std((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Spread("aten::std.dim", [dim.Item1, dim.Item2, dim.Item3], unbiased, keepdim, type);

        public Tensor std(bool unbiased = true) => Dispatcher.One("aten::std", this, unbiased);

        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Spread("aten::var.dim", dimensions, unbiased, keepdim, type);

        public Tensor var(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Spread("aten::var.dim", dimensions.ToArray(), unbiased, keepdim, type);

        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Spread("aten::var.dim", [dim], unbiased, keepdim, type);

        public Tensor var((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Spread("aten::var.dim", [dim.Item1, dim.Item2], unbiased, keepdim, type);

        public Tensor var((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Spread("aten::var.dim", [dim.Item1, dim.Item2, dim.Item3], unbiased, keepdim, type);

        public Tensor var(bool unbiased = true) => Dispatcher.One("aten::var", this, unbiased);

        public (Tensor std, Tensor mean) std_mean(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            (Spread("aten::std.dim", dimensions, unbiased, keepdim, type), mean(dimensions, keepdim, type));

        public (Tensor std, Tensor mean) std_mean(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            (Spread("aten::std.dim", dimensions.ToArray(), unbiased, keepdim, type), mean(dimensions.ToArray(), keepdim, type));

        public (Tensor std, Tensor mean) std_mean(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            (Spread("aten::std.dim", [dim], unbiased, keepdim, type), mean([dim], keepdim, type));

        public (Tensor std, Tensor mean) std_mean((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            (Spread("aten::std.dim", [dim.Item1, dim.Item2], unbiased, keepdim, type), mean([dim.Item1, dim.Item2], keepdim, type));

        public (Tensor std, Tensor mean) std_mean((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            (Spread("aten::std.dim", [dim.Item1, dim.Item2, dim.Item3], unbiased, keepdim, type), mean([dim.Item1, dim.Item2, dim.Item3], keepdim, type));

        public (Tensor std, Tensor mean) std_mean(bool unbiased = true) => (std(unbiased), mean());

        public (Tensor std, Tensor mean) var_mean(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            (Spread("aten::var.dim", dimensions, unbiased, keepdim, type), mean(dimensions, keepdim, type));

        public (Tensor std, Tensor mean) var_mean(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            (Spread("aten::var.dim", dimensions.ToArray(), unbiased, keepdim, type), mean(dimensions.ToArray(), keepdim, type));

        public (Tensor var, Tensor mean) var_mean(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            (Spread("aten::var.dim", [dim], unbiased, keepdim, type), mean([dim], keepdim, type));

        public (Tensor var, Tensor mean) var_mean((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            (Spread("aten::var.dim", [dim.Item1, dim.Item2], unbiased, keepdim, type), mean([dim.Item1, dim.Item2], keepdim, type));

        public (Tensor var, Tensor mean) var_mean((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            (Spread("aten::var.dim", [dim.Item1, dim.Item2, dim.Item3], unbiased, keepdim, type), mean([dim.Item1, dim.Item2, dim.Item3], keepdim, type));

        public (Tensor var, Tensor mean) var_mean(bool unbiased = true) => (var(unbiased), mean());

        private Tensor Spread(string name, long[] dimensions, bool unbiased, bool keepdim, ScalarType? type)
        {
            if (type is null)
                return Dispatcher.One(name, this, dimensions, unbiased, keepdim);
            using var converted = to(type.Value);
            return Dispatcher.One(name, converted, dimensions, unbiased, keepdim);
        }
    }
}
