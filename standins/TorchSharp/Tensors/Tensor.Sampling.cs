using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Random numbers, and new tensors like this one.
    public partial class Tensor
    {
        public Tensor normal_(double mean = 0, double std = 1, Generator? generator = null) =>
            Dispatcher.InPlace("aten::normal_", this, mean, std, generator);

        public Tensor uniform_(double from, double to, Generator? generator = null) =>
            Dispatcher.InPlace("aten::uniform_", this, from, to, generator);

        public Tensor random_(double from, double to, Generator? generator = null) =>
            Dispatcher.InPlace("aten::random_.from", this, (long)from, (long)to, generator);

        public Tensor exponential_(double lambda = 1, Generator? generator = null) =>
            Dispatcher.InPlace("aten::exponential_", this, lambda, generator);

        public Tensor bernoulli(Generator? generator = null) => Dispatcher.One("aten::bernoulli", this, generator);

        public Tensor bernoulli_(double p = 0.5, Generator? generator = null) =>
            Dispatcher.InPlace("aten::bernoulli_.float", this, p, generator);

        public Tensor multinomial(long num_samples, bool replacement = false, Generator? generator = null) =>
            Dispatcher.One("aten::multinomial", this, num_samples, replacement, generator);

        public Tensor zeros_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Like("aten::zeros_like", dtype, device, requires_grad);

        public Tensor ones_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Like("aten::ones_like", dtype, device, requires_grad);

        public Tensor empty_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Like("aten::empty_like", dtype, device, requires_grad);

        public Tensor rand_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Like("aten::rand_like", dtype, device, requires_grad);

        public Tensor randn_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Like("aten::randn_like", dtype, device, requires_grad);

        public Tensor full_like(Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Dispatcher.One("aten::full_like", this, value, dtype, Argument.Default, device).requires_grad_(requires_grad);

        public Tensor new_zeros(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Dispatcher.One("aten::new_zeros", this, size, dtype, Argument.Default, device).requires_grad_(requires_grad);

        public Tensor new_empty(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Dispatcher.One("aten::new_empty", this, size, dtype, Argument.Default, device).requires_grad_(requires_grad);

        public Tensor new_full(long[] size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Dispatcher.One("aten::new_full", this, size, value, dtype, Argument.Default, device).requires_grad_(requires_grad);

        // The dispatcher's order is dtype, layout, device.
        private Tensor Like(string name, ScalarType? dtype, Device? device, bool requires_grad) =>
            Dispatcher.One(name, this, dtype, Argument.Default, device).requires_grad_(requires_grad);
    }
}
