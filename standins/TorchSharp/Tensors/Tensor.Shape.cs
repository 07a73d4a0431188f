using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Views and rearrangements.
    public partial class Tensor
    {
        public Tensor alias() => Dispatcher.One("aten::alias", this);
        public Tensor as_strided(long[] size, long[] strides, long storageOffset = 0) =>
            Dispatcher.One("aten::as_strided", this, size, strides, storageOffset);
        public Tensor atleast_1d() => Dispatcher.One("aten::atleast_1d", this);
        public Tensor atleast_2d() => Dispatcher.One("aten::atleast_2d", this);
        public Tensor atleast_3d() => Dispatcher.One("aten::atleast_3d", this);
        public Tensor broadcast_to(params long[] shape) => Dispatcher.One("aten::broadcast_to", this, shape);
        public Tensor expand_as(Tensor other) => Dispatcher.One("aten::expand_as", this, other);
        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Dispatcher.One("aten::flatten.using_ints", this, start_dim, end_dim);
        public Tensor flip(params long[] dims) => Dispatcher.One("aten::flip", this, dims);
        public Tensor fliplr() => Dispatcher.One("aten::fliplr", this);
        public Tensor flipud() => Dispatcher.One("aten::flipud", this);
        public Tensor moveaxis(long[] source, long[] destination) => Dispatcher.One("aten::moveaxis.intlist", this, source, destination);
        public Tensor movedim(long[] source, long[] destination) => Dispatcher.One("aten::movedim.intlist", this, source, destination);
        public Tensor narrow(long dim, long start, long length) => Dispatcher.One("aten::narrow", this, dim, start, length);
        public Tensor ravel() => Dispatcher.One("aten::ravel", this);
        public Tensor repeat(params long[] sizes) => Dispatcher.One("aten::repeat", this, sizes);
        public Tensor reshape(params long[] shape) => Dispatcher.One("aten::reshape", this, shape);
        public Tensor select(long dim, long index) => Dispatcher.One("aten::select.int", this, dim, index);
        public Tensor slice(long dim, long start, long finish, long step) => Dispatcher.One("aten::slice.Tensor", this, dim, start, finish, step);
        public Tensor swapaxes(long dim0, long dim1) => Dispatcher.One("aten::swapaxes", this, dim0, dim1);
        public Tensor swapdims(long dim0, long dim1) => Dispatcher.One("aten::swapdims", this, dim0, dim1);
        public Tensor t() => Dispatcher.One("aten::t", this);
        public Tensor tile(long[] reps) => Dispatcher.One("aten::tile", this, reps);
        public Tensor transpose(long dim0, long dim1) => Dispatcher.One("aten::transpose.int", this, dim0, dim1);
        public Tensor transpose_(long dim0, long dim1) => Dispatcher.InPlace("aten::transpose_", this, dim0, dim1);
        public Tensor type_as(Tensor tensor) => Dispatcher.One("aten::type_as", this, tensor);
        public Tensor unfold(long dimension, long size, long step) => Dispatcher.One("aten::unfold", this, dimension, size, step);
        public Tensor unsqueeze(long dim) => Dispatcher.One("aten::unsqueeze", this, dim);
        public Tensor unsqueeze_(long dim) => Dispatcher.InPlace("aten::unsqueeze_", this, dim);
        public Tensor view(params long[] shape) => Dispatcher.One("aten::view", this, shape);
        public Tensor view_as(Tensor other) => Dispatcher.One("aten::view_as", this, other);
    }
}
