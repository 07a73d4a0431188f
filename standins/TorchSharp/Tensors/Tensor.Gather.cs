using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Picking and writing elements by index or mask.
    public partial class Tensor
    {
        public Tensor bucketize(Tensor boundaries, bool outInt32 = false, bool right = false) =>
            Dispatcher.One("aten::bucketize.Tensor", this, boundaries, outInt32, right);
        public Tensor diagonal_scatter(Tensor src, long offset = 0, long dim1 = 0, long dim2 = 1) =>
            Dispatcher.One("aten::diagonal_scatter", this, src, offset, dim1, dim2);
        public Tensor gather(long dim, Tensor index) => Dispatcher.One("aten::gather", this, dim, index);
        public Tensor index_add(long dim, Tensor index, Tensor source, Scalar alpha) =>
            Dispatcher.One("aten::index_add", this, dim, index, source, alpha);
        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha) =>
            Dispatcher.InPlace("aten::index_add_", this, dim, index, source, alpha);
        public Tensor index_copy(long dim, Tensor index, Tensor source) => Dispatcher.One("aten::index_copy", this, dim, index, source);
        public Tensor index_copy_(long dim, Tensor index, Tensor source) => Dispatcher.InPlace("aten::index_copy_", this, dim, index, source);
        public Tensor index_fill(long dim, Tensor index, Scalar value) => Dispatcher.One("aten::index_fill.int_Scalar", this, dim, index, value);
        public Tensor index_fill_(long dim, Tensor index, Scalar value) =>
            Dispatcher.InPlace("aten::index_fill_.int_Scalar", this, dim, index, value);
        public Tensor index_select(long dim, Tensor index) => Dispatcher.One("aten::index_select", this, dim, index);
        public Tensor isin(Tensor test_elements, bool assumeUnique = false, bool invert = false) =>
            Dispatcher.One("aten::isin.Tensor_Tensor", this, test_elements, assumeUnique, invert);
        public Tensor masked_fill(Tensor mask, Scalar value) => Dispatcher.One("aten::masked_fill.Scalar", this, mask, value);
        public Tensor masked_fill_(Tensor mask, Scalar value) => Dispatcher.InPlace("aten::masked_fill_.Scalar", this, mask, value);
        public Tensor masked_scatter(Tensor mask, Tensor value) => Dispatcher.One("aten::masked_scatter", this, mask, value);
        public Tensor masked_scatter_(Tensor mask, Tensor value) => Dispatcher.InPlace("aten::masked_scatter_", this, mask, value);
        public Tensor masked_select(Tensor mask) => Dispatcher.One("aten::masked_select", this, mask);
        public Tensor scatter(long dim, Tensor index, Tensor src) => Dispatcher.One("aten::scatter.src", this, dim, index, src);
        public Tensor scatter_(long dim, Tensor index, Tensor src) => Dispatcher.InPlace("aten::scatter_.src", this, dim, index, src);
        public Tensor scatter_add(long dim, Tensor index, Tensor src) => Dispatcher.One("aten::scatter_add", this, dim, index, src);
        public Tensor scatter_add_(long dim, Tensor index, Tensor src) => Dispatcher.InPlace("aten::scatter_add_", this, dim, index, src);
        public Tensor select_scatter(Tensor src, long dim, long index) => Dispatcher.One("aten::select_scatter", this, src, dim, index);
        public Tensor slice_scatter(Tensor src, long dim = 0, long? start = null, long? end = null, long step = 1) =>
            Dispatcher.One("aten::slice_scatter", this, src, dim, start, end, step);
        public Tensor take(Tensor index) => Dispatcher.One("aten::take", this, index);
    }
}
