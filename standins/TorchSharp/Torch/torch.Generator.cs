using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A source of random numbers: the same seed gives the same numbers as in PyTorch.</summary>
    public class Generator : IDisposable
    {
        private nint _handle;

        public Generator(ulong seed = 0, Device? device = null)
            : this(device ?? CPU, owned: true) => manual_seed((long)seed);

        private Generator(Device device, bool owned)
        {
            this.device = device;
            _handle = NativeMethods.CheckPointer(NativeMethods.standin_generator((long)device.type, device.index, owned ? 1 : 0));
        }

        ~Generator() => Dispose(false);

        public static Generator Default { get; } = new(CPU, owned: false);

        public Device device { get; }

        public IntPtr Handle => _handle != 0 ? _handle : throw new InvalidOperationException("The generator is disposed.");

        public Generator manual_seed(long seed)
        {
            NativeMethods.Check(NativeMethods.standin_generator_set_seed(Handle, (ulong)seed));
            return this;
        }

        public long initial_seed() => (long)NativeMethods.standin_generator_current_seed(Handle);

        public long seed() => (long)NativeMethods.standin_generator_random_seed(Handle);

        public Tensor get_state() => new(NativeMethods.CheckPointer(NativeMethods.standin_generator_state(Handle)));

        public void set_state(Tensor value)
        {
            NativeMethods.Check(NativeMethods.standin_generator_set_state(Handle, value.Handle));
            GC.KeepAlive(value);
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            var handle = Interlocked.Exchange(ref _handle, 0);
            if (handle != 0)
                NativeMethods.standin_generator_free(handle);
        }
    }

    /// <summary>Seeds the default generators of all devices.</summary>
    public static Generator manual_seed(long seed)
    {
        NativeMethods.Check(NativeMethods.standin_manual_seed(seed));
        return Generator.Default;
    }

    public static Tensor get_rng_state() => Generator.Default.get_state();

    public static void set_rng_state(Tensor new_state) => Generator.Default.set_state(new_state);

    public static class random
    {
        public static Generator manual_seed(long seed) => torch.manual_seed(seed);

        public static long seed() => Generator.Default.seed();

        public static long initial_seed() => Generator.Default.initial_seed();

        public static Tensor get_rng_state() => torch.get_rng_state();

        public static void set_rng_state(Tensor new_state) => torch.set_rng_state(new_state);
    }
}
