namespace TorchSharp;

public static partial class torch
{
    public static class backends
    {
        public static class cudnn
        {
            /// <summary>Kept, without effect: this build computes on the CPU, which has no TF32.</summary>
            public static bool allow_tf32 { get; set; } = true;
        }
    }
}
