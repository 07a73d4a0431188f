using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Reductions whose overloads differ by their dimensions, and those with two results.
    public partial class Tensor
    {
        public Tensor sum(ScalarType? type = null) => Dispatcher.One("aten::sum", this, type);

        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) =>
            Dispatcher.One("aten::sum.dim_IntList", this, dim, keepdim, type);

        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) =>
            Dispatcher.One("aten::sum.dim_IntList", this, dim, keepdim, type);

        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => sum([dim], keepdim, type);

        public Tensor sum(long dim0, long dim1, bool keepdim = false, ScalarType? type = null) => sum([dim0, dim1], keepdim, type);

        public Tensor sum(long dim0, long dim1, long dim2, bool keepdim = false, ScalarType? type = null) =>
            sum([dim0, dim1, dim2], keepdim, type);

        public Tensor mean() => Dispatcher.One("aten::mean", this);

        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) =>
            Dispatcher.One("aten::mean.dim", this, dimensions, keepdim, type);

        public Tensor prod(ScalarType? type = null) => Dispatcher.One("aten::prod", this, type);

        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null) =>
            Dispatcher.One("aten::prod.dim_int", this, dim, keepdim, type);

        public Tensor norm(float p = 2f) => Dispatcher.One("aten::norm.Scalar", this, p);

        public Tensor norm(int dim, bool keepdim = false, float p = 2f) =>
            Dispatcher.One("aten::norm.ScalarOpt_dim", this, p, new long[] { dim }, keepdim);

        public Tensor logsumexp(long dim, bool keepdim = false) => Dispatcher.One("aten::logsumexp", this, new[] { dim }, keepdim);

        // As in TorchSharp, dimension −1 stands for all elements.
        public Tensor quantile(Tensor q, long dim = -1, bool keepdim = false) =>
            Dispatcher.One("aten::quantile", this, q, dim == -1 ? null : (long?)dim, keepdim);

        public Tensor nanquantile(Tensor q, long dim = -1, bool keepdim = false) =>
            Dispatcher.One("aten::nanquantile", this, q, dim == -1 ? null : (long?)dim, keepdim);

        public Tensor count_nonzero(long[]? dims = null) => dims is null
            ? Dispatcher.One("aten::count_nonzero", this)
            : Dispatcher.One("aten::count_nonzero.dim_IntList", this, dims);

        public Tensor all() => Dispatcher.One("aten::all", this);
        public Tensor all(long dim, bool keepdim = false) => Dispatcher.One("aten::all.dim", this, dim, keepdim);
        public Tensor any() => Dispatcher.One("aten::any", this);
        public Tensor any(long dim, bool keepdim = false) => Dispatcher.One("aten::any.dim", this, dim, keepdim);

        public Tensor max() => Dispatcher.One("aten::max", this);
        public Tensor max(Tensor other) => Dispatcher.One("aten::max.other", this, other);
        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) => Dispatcher.Two("aten::max.dim", this, dim, keepdim);
        public Tensor min() => Dispatcher.One("aten::min", this);
        public Tensor min(Tensor other) => Dispatcher.One("aten::min.other", this, other);
        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false) => Dispatcher.Two("aten::min.dim", this, dim, keepdim);

        public Tensor amax(long[] dims, bool keepdim = false, Tensor? @out = null) => Extremum("aten::amax", dims, keepdim, @out);
        public Tensor amin(long[] dims, bool keepdim = false, Tensor? @out = null) => Extremum("aten::amin", dims, keepdim, @out);

        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false) =>
            Dispatcher.Two("aten::sort.stable", this, stable, dim, descending);

        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true) =>
            Dispatcher.Two("aten::topk", this, k, dim, largest, sorted);

        public (Tensor values, Tensor indexes) cummax(long dim) => Dispatcher.Two("aten::cummax", this, dim);

        public (Tensor values, Tensor indexes) cummin(long dim) => Dispatcher.Two("aten::cummin", this, dim);

        public (Tensor values, Tensor indices) kthvalue(long k, long? dim, bool keepdim = false) =>
            Dispatcher.Two("aten::kthvalue", this, k, dim ?? -1, keepdim);

        public (Tensor values, Tensor indices) mode(long dim = -1, bool keepdim = false) => Dispatcher.Two("aten::mode", this, dim, keepdim);

        /// <summary>The distinct elements, with what is asked for besides.</summary>
        public (Tensor output, Tensor? inverse_indices, Tensor? counts) unique(
            bool sorted = true, bool return_inverse = false, bool return_counts = false, int? dim = null)
        {
            var (output, inverse, counts) = dim is { } axis
                ? Dispatcher.Three("aten::unique_dim", this, axis, sorted, return_inverse, return_counts)
                : Dispatcher.Three("aten::_unique2", this, sorted, return_inverse, return_counts);
            return (output, Asked(inverse, return_inverse), Asked(counts, return_counts));
        }

        private static Tensor? Asked(Tensor tensor, bool asked)
        {
            if (asked)
                return tensor;
            tensor.Dispose();
            return null;
        }

        private Tensor Extremum(string name, long[] dims, bool keepdim, Tensor? output)
        {
            if (output is not null)
                throw new NotSupportedException("The stand-in has no out arguments.");
            return Dispatcher.One(name, this, dims, keepdim);
        }
    }
}
