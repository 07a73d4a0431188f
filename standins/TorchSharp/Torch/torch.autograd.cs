using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static unsafe partial class autograd
    {
        /// <summary>Adds the gradients of the tensors to the leaves they were computed from.</summary>
        public static void backward(
            IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null)
        {
            var roots = Dispatcher.Handles(tensors);
            var gradients = Dispatcher.Handles(grad_tensors);
            var leaves = Dispatcher.Handles(inputs);
            fixed (nint* root = roots, gradient = gradients, leaf = leaves)
            {
                NativeMethods.Check(NativeMethods.standin_backward(
                    root, roots.Length, gradient, gradients.Length,
                    retain_graph ?? create_graph ? 1 : 0, create_graph ? 1 : 0, leaf, leaves.Length));
            }
            GC.KeepAlive(tensors);
            GC.KeepAlive(grad_tensors);
            GC.KeepAlive(inputs);
        }

        public static void backward(
            Tensor tensor, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null) =>
            backward([tensor], grad_tensors, retain_graph, create_graph, inputs);

        public static void backward(
            Tensor tensor, Tensor grad_tensor, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null) =>
            backward([tensor], [grad_tensor], retain_graph, create_graph, inputs);

        /// <summary>Gradients of the outputs with respect to the inputs; null for an unused input where that is allowed.</summary>
        public static IList<Tensor> grad(
            IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null,
            bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
        {
            var roots = Dispatcher.Handles(outputs);
            var leaves = Dispatcher.Handles(inputs);
            var gradients = Dispatcher.Handles(grad_outputs);
            fixed (nint* root = roots, leaf = leaves, gradient = gradients)
            {
                NativeValue* results;
                var count = NativeMethods.Check(NativeMethods.standin_grad(
                    root, roots.Length, leaf, leaves.Length, gradient, gradients.Length,
                    retain_graph ? 1 : 0, create_graph ? 1 : 0, allow_unused ? 1 : 0, &results));
                GC.KeepAlive(outputs);
                GC.KeepAlive(inputs);
                GC.KeepAlive(grad_outputs);
                return Dispatcher.ToTensors(new ReadOnlySpan<NativeValue>(results, (int)count));
            }
        }
    }
}
