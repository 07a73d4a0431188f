using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Sums, means, extrema, sorting.
    public partial class Tensor
    {
        public Tensor amax(params long[] dims) => Dispatcher.One("aten::amax", this, dims);
        public Tensor amin(params long[] dims) => Dispatcher.One("aten::amin", this, dims);
        public Tensor argmax() => Dispatcher.One("aten::argmax", this);
        public Tensor argmax(long dim, bool keepdim = false) => Dispatcher.One("aten::argmax", this, dim, keepdim);
        public Tensor argmin() => Dispatcher.One("aten::argmin", this);
        public Tensor argmin(long dim, bool keepdim = false) => Dispatcher.One("aten::argmin", this, dim, keepdim);
        public Tensor argsort(long dim = -1, bool descending = false) => Dispatcher.One("aten::argsort", this, dim, descending);
        public Tensor argwhere() => Dispatcher.One("aten::argwhere", this);
        public Tensor bincount(Tensor? weights, long minlength = 0) => Dispatcher.One("aten::bincount", this, weights, minlength);
        public Tensor cumprod(long dim, ScalarType? type = null) => Dispatcher.One("aten::cumprod", this, dim, type);
        public Tensor cumsum(long dim, ScalarType? type = null) => Dispatcher.One("aten::cumsum", this, dim, type);
        public Tensor diff(long n = 1, long dim = -1, Tensor? prepend = null, Tensor? append = null) =>
            Dispatcher.One("aten::diff", this, n, dim, prepend, append);
        public Tensor histc(long bins = 100, long min = 0, long max = 0) => Dispatcher.One("aten::histc", this, bins, min, max);
        public Tensor logcumsumexp(long dim) => Dispatcher.One("aten::logcumsumexp", this, dim);
        public Tensor median() => Dispatcher.One("aten::median", this);
        public Tensor msort() => Dispatcher.One("aten::msort", this);
        public Tensor nanmedian() => Dispatcher.One("aten::nanmedian", this);
        public Tensor nansum() => Dispatcher.One("aten::nansum", this);
        public Tensor nonzero() => Dispatcher.One("aten::nonzero", this);
    }
}
