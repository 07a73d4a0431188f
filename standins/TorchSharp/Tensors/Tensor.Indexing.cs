using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Python's indexing: views by positions and ranges, then picking by index tensors.
    public partial class Tensor
    {
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        public Tensor this[params long[] indices]
        {
            get => index(Singles(indices));
            set => index_put_(value, Singles(indices));
        }

        public Tensor this[long i1] { get => index(Singles([i1])); set => index_put_(value, Singles([i1])); }

        public Tensor this[long i1, long i2] { get => index(Singles([i1, i2])); set => index_put_(value, Singles([i1, i2])); }

        public Tensor this[long i1, long i2, long i3]
        {
            get => index(Singles([i1, i2, i3]));
            set => index_put_(value, Singles([i1, i2, i3]));
        }

        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => index(Singles([i1, i2, i3, i4]));
            set => index_put_(value, Singles([i1, i2, i3, i4]));
        }

        public Tensor index(params Tensor[] indices) => Dispatcher.One("aten::index.Tensor", this, Argument.OptionalTensors(indices));

        public Tensor index(params TensorIndex[] indices)
        {
            var (view, tensors) = View(indices);
            if (tensors.Length == 0)
                return view;
            using (view)
                return Dispatcher.One("aten::index.Tensor", view, Argument.OptionalTensors(tensors));
        }

        public Tensor index_put_(Tensor value, params Tensor[] indices) =>
            Dispatcher.InPlace("aten::index_put_", this, Argument.OptionalTensors(indices), value);

        public Tensor index_put_(Tensor value, params TensorIndex[] indices)
        {
            var (view, tensors) = View(indices);
            using (view)
            {
                if (tensors.Length == 0)
                    view.copy_(value);
                else
                    Dispatcher.InPlace("aten::index_put_", view, Argument.OptionalTensors(tensors), value);
            }
            return this;
        }

        public Tensor index_put_(Scalar value, params Tensor[] indices)
        {
            using var single = ScalarLike(value);
            return index_put_(single, indices);
        }

        public Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            using var single = ScalarLike(value);
            return index_put_(single, indices);
        }

        private static TensorIndex[] Singles(long[] positions) => Array.ConvertAll(positions, position => TensorIndex.Single(position));

        private Tensor ScalarLike(Scalar value) => Dispatcher.One("aten::full", Array.Empty<long>(), value, dtype, Argument.Default, device);

        /// <summary>The view that positions and ranges make, and the index tensors that remain to be applied to it.</summary>
        private (Tensor View, Tensor?[] Tensors) View(TensorIndex[] indices)
        {
            var consumed = indices.Sum(Consumed);
            var view = alias();
            var tensors = new List<Tensor?>();
            long dimension = 0;
            // A mask of several dimensions is one tensor in the list.
            long absorbed = 0;
            foreach (var index in indices)
            {
                var previous = view;
                switch (index.Type)
                {
                    case TensorIndex.Kind.Single:
                        view = previous.select(dimension, index.Position);
                        break;
                    case TensorIndex.Kind.Slice:
                        view = Dispatcher.One("aten::slice.Tensor", previous, dimension, index.Start, index.Stop, index.Step ?? 1);
                        dimension++;
                        break;
                    case TensorIndex.Kind.None:
                        view = previous.unsqueeze(dimension++);
                        break;
                    case TensorIndex.Kind.Ellipsis:
                        dimension += ndim - consumed;
                        break;
                    default:
                        while (tensors.Count < dimension - absorbed)
                            tensors.Add(null);
                        tensors.Add(index.Indices);
                        dimension += Consumed(index);
                        absorbed += Consumed(index) - 1;
                        break;
                }
                if (!ReferenceEquals(view, previous))
                    previous.Dispose();
            }
            return (view, [.. tensors]);
        }

        private static long Consumed(TensorIndex index) => index.Type switch
        {
            TensorIndex.Kind.None or TensorIndex.Kind.Ellipsis => 0,
            TensorIndex.Kind.Tensor when index.Indices!.dtype == ScalarType.Bool => index.Indices.ndim,
            _ => 1,
        };
    }
}
