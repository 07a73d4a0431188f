using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Gradients.
    public unsafe partial class Tensor
    {
        public bool requires_grad
        {
            get => NativeMethods.standin_tensor_requires_grad(Handle) != 0;
            set => NativeMethods.Check(NativeMethods.standin_tensor_set_requires_grad(Handle, value ? 1 : 0));
        }

        /// <summary>The gradient, a new object at each read; null before the first backward.</summary>
        public Tensor? grad
        {
            get
            {
                nint gradient;
                return NativeMethods.Check(NativeMethods.standin_tensor_grad(Handle, &gradient)) == 0 ? null : new Tensor(gradient);
            }
            set
            {
                NativeMethods.Check(NativeMethods.standin_tensor_set_grad(Handle, value?.Handle ?? 0));
                GC.KeepAlive(value);
            }
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        public Tensor detach() => Dispatcher.One("aten::detach", this);

        public Tensor detach_() => Dispatcher.InPlace("aten::detach_", this);

        public void retain_grad() => Dispatcher.Nothing("aten::retain_grad", this);

        public void backward() => autograd.backward(this, (IList<Tensor>?)null);

        public void backward(IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false, IList<Tensor>? inputs = null) =>
            autograd.backward(this, grad_tensors, retain_graph, create_graph, inputs);
    }
}
