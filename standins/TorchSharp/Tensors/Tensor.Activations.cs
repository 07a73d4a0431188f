using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Activation functions.
    public partial class Tensor
    {
        public Tensor elu(Scalar alpha, Scalar scale, Scalar input_scale) => Dispatcher.One("aten::elu", this, alpha, scale, input_scale);
        public Tensor elu_(Scalar alpha, Scalar scale, Scalar input_scale) => Dispatcher.InPlace("aten::elu_", this, alpha, scale, input_scale);
        public Tensor gelu() => Dispatcher.One("aten::gelu", this);
        public Tensor hardsigmoid() => Dispatcher.One("aten::hardsigmoid", this);
        public Tensor hardsigmoid_() => Dispatcher.InPlace("aten::hardsigmoid_", this);
        public Tensor hardswish() => Dispatcher.One("aten::hardswish", this);
        public Tensor hardswish_() => Dispatcher.InPlace("aten::hardswish_", this);
        public Tensor hardtanh(Scalar min, Scalar max) => Dispatcher.One("aten::hardtanh", this, min, max);
        public Tensor hardtanh_(Scalar min, Scalar max) => Dispatcher.InPlace("aten::hardtanh_", this, min, max);
        public Tensor leaky_relu(Scalar negative_slope) => Dispatcher.One("aten::leaky_relu", this, negative_slope);
        public Tensor leaky_relu_(Scalar negative_slope) => Dispatcher.InPlace("aten::leaky_relu_", this, negative_slope);
        public Tensor log_sigmoid() => Dispatcher.One("aten::log_sigmoid", this);
        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Dispatcher.One("aten::log_softmax.int", this, dim, dtype);
        public Tensor prelu(Tensor target) => Dispatcher.One("aten::prelu", this, target);
        public Tensor relu() => Dispatcher.One("aten::relu", this);
        public Tensor relu6() => Dispatcher.One("aten::relu6", this);
        public Tensor relu6_() => Dispatcher.InPlace("aten::relu6_", this);
        public Tensor relu_() => Dispatcher.InPlace("aten::relu_", this);
        public Tensor selu() => Dispatcher.One("aten::selu", this);
        public Tensor selu_() => Dispatcher.InPlace("aten::selu_", this);
        public Tensor silu() => Dispatcher.One("aten::silu", this);
        public Tensor silu_() => Dispatcher.InPlace("aten::silu_", this);
        public Tensor softmax(long dim, ScalarType? dtype = null) => Dispatcher.One("aten::softmax.int", this, dim, dtype);
    }
}
