using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>No gradients are recorded on this thread until the result is disposed.</summary>
    public static IDisposable no_grad() => new GradMode(false);

    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);

    public static IDisposable set_grad_enabled(bool mode = true) => new GradMode(mode);

    public static bool is_grad_enabled() => NativeMethods.standin_grad_enabled() != 0;

    /// <summary>Tensors made until the result is disposed never take part in gradients.</summary>
    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);

    private sealed class GradMode : IDisposable
    {
        private readonly bool _previous = is_grad_enabled();

        public GradMode(bool enabled) => NativeMethods.standin_set_grad_enabled(enabled ? 1 : 0);

        public void Dispose() => NativeMethods.standin_set_grad_enabled(_previous ? 1 : 0);
    }

    private sealed class InferenceMode(bool enabled) : IDisposable
    {
        private nint _guard = NativeMethods.standin_inference_mode_enter(enabled ? 1 : 0);

        public void Dispose()
        {
            var guard = Interlocked.Exchange(ref _guard, 0);
            if (guard != 0)
                NativeMethods.standin_inference_mode_leave(guard);
        }
    }
}
