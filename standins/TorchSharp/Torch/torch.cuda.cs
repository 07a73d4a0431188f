using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static class cuda
    {
        public static bool is_available() => device_count() > 0;

        public static int device_count() => NativeMethods.standin_cuda_device_count();

        public static void manual_seed(long seed) => torch.manual_seed(seed);

        public static void manual_seed_all(long seed) => torch.manual_seed(seed);

        /// <summary>Waits until the device has done what was asked of it.</summary>
        public static void synchronize(Device? device = null)
        {
            if (!is_available())
                throw new InvalidOperationException("There is no CUDA device.");
            // A copy to the CPU waits for the work before it.
            using var marker = zeros(1, device: device ?? CUDA);
            marker.cpu().Dispose();
        }
    }
}
