using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Sums, quotients, bounds.
    public partial class Tensor
    {
        public Tensor add(Tensor target) => Dispatcher.One("aten::add.Tensor", this, target);
        public Tensor add(Tensor target, Scalar alpha) => Dispatcher.One("aten::add.Tensor", this, target, alpha);
        public Tensor add(Scalar scalar) => Dispatcher.One("aten::add.Scalar", this, scalar);
        public Tensor add(Scalar scalar, Scalar alpha) => Dispatcher.One("aten::add.Scalar", this, scalar, alpha);
        public Tensor add_(Tensor target) => Dispatcher.InPlace("aten::add_.Tensor", this, target);
        public Tensor add_(Tensor target, Scalar alpha) => Dispatcher.InPlace("aten::add_.Tensor", this, target, alpha);
        public Tensor add_(Scalar scalar) => Dispatcher.InPlace("aten::add_.Scalar", this, scalar);
        public Tensor add_(Scalar scalar, Scalar alpha) => Dispatcher.InPlace("aten::add_.Scalar", this, scalar, alpha);

        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None) =>
            Dispatcher.One("aten::div.Tensor_mode", this, target, Name(rounding_mode));

        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None) =>
            Dispatcher.One("aten::div.Scalar_mode", this, target, Name(rounding_mode));

        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) =>
            Dispatcher.InPlace("aten::div_.Tensor_mode", this, target, Name(rounding_mode));

        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) =>
            Dispatcher.InPlace("aten::div_.Scalar_mode", this, target, Name(rounding_mode));

        public Tensor divide(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => div(target, rounding_mode);
        public Tensor divide(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => div(target, rounding_mode);
        public Tensor divide_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => div_(target, rounding_mode);
        public Tensor divide_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => div_(target, rounding_mode);

        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Dispatcher.One("aten::clamp", this, min, max);
        public Tensor clamp(Tensor? min = null, Tensor? max = null) => Dispatcher.One("aten::clamp.Tensor", this, min, max);
        public Tensor clamp_(Scalar? min = null, Scalar? max = null) => Dispatcher.InPlace("aten::clamp_", this, min, max);
        public Tensor clamp_(Tensor? min = null, Tensor? max = null) => Dispatcher.InPlace("aten::clamp_.Tensor", this, min, max);
        public Tensor clamp_min(Scalar min) => Dispatcher.One("aten::clamp_min", this, min);
        public Tensor clamp_min_(Scalar min) => Dispatcher.InPlace("aten::clamp_min_", this, min);
        public Tensor clamp_max(Scalar max) => Dispatcher.One("aten::clamp_max", this, max);
        public Tensor clamp_max_(Scalar max) => Dispatcher.InPlace("aten::clamp_max_", this, max);
        public Tensor clip(Scalar? min = null, Scalar? max = null) => clamp(min, max);

        public Tensor equal(Tensor target) => eq(target);

        public bool allclose(Tensor target, double rtol = 1E-05, double atol = 1E-08, bool equal_nan = false) =>
            Dispatcher.Boolean("aten::allclose", this, target, rtol, atol, equal_nan);

        public Tensor where(Tensor condition, Tensor y) => Dispatcher.One("aten::where.self", condition, this, y);

        private static string? Name(RoundingMode mode) => mode == RoundingMode.None ? null : mode.ToString();
    }
}
