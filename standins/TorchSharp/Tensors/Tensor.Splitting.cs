using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Shapes given as spans or optional dimensions, and splits into several tensors.
    public partial class Tensor
    {
        public Tensor T => Dispatcher.One("aten::numpy_T", this);

        public Tensor mT => transpose(-2, -1);

        public Tensor permute(params long[] permutation) => Dispatcher.One("aten::permute", this, permutation);

        public Tensor permute(IEnumerable<long> permutation) => permute(permutation.ToArray());

        public Tensor expand(params long[] sizes) => expand(sizes, false);

        public Tensor expand(long[] sizes, bool isImplicit = false) => Dispatcher.One("aten::expand", this, sizes, isImplicit);

        public Tensor expand(ReadOnlySpan<long> sizes, bool isImplicit = false) => expand(sizes.ToArray(), isImplicit);

        public Tensor squeeze(long? dim = null) =>
            dim is { } axis ? Dispatcher.One("aten::squeeze.dim", this, axis) : Dispatcher.One("aten::squeeze", this);

        public Tensor squeeze_(long? dim = null) =>
            dim is { } axis ? Dispatcher.InPlace("aten::squeeze_.dim", this, axis) : Dispatcher.InPlace("aten::squeeze_", this);

        public Tensor unflatten(long dim, params long[] sizes)
        {
            var axis = (int)(dim < 0 ? dim + ndim : dim);
            var old = shape;
            return view([.. old[..axis], .. sizes, .. old[(axis + 1)..]]);
        }

        public Tensor[] chunk(long chunks, long dim = 0) => Dispatcher.Many("aten::chunk", this, chunks, dim);

        public Tensor[] split(long size, int dim = 0) => Dispatcher.Many("aten::split.Tensor", this, size, dim);

        public Tensor[] split(long[] sizes, long dim = 0) => Dispatcher.Many("aten::split_with_sizes", this, sizes, dim);

        public Tensor[] split(ReadOnlySpan<long> sizes, long dim = 0) => split(sizes.ToArray(), dim);

        public Tensor[] split(params long[] sizes) => split(sizes, 0L);

        public Tensor[] unbind(long dimension = 0) => Dispatcher.Many("aten::unbind.int", this, dimension);

        public Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null) =>
            Dispatcher.One("aten::repeat_interleave.self_int", this, repeats, dim, output_size);

        public Tensor repeat_interleave(Tensor repeats, long? dim = null, long? output_size = null) =>
            Dispatcher.One("aten::repeat_interleave.self_Tensor", this, repeats, dim, output_size);

        public Tensor roll(long[] shifts, long[] dims) => Dispatcher.One("aten::roll", this, shifts, dims);

        public Tensor roll(long[] shifts) => roll(shifts, []);

        public Tensor roll(long shifts, long? dims = null) => roll([shifts], dims is { } axis ? [axis] : []);

        public Tensor tensordot(Tensor b, long[] dims1, long[] dims2) => Dispatcher.One("aten::tensordot", this, b, dims1, dims2);
    }
}
