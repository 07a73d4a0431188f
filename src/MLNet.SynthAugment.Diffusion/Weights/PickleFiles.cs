namespace MLNet.SynthAugment.Diffusion.Weights;

/// <summary>PyTorch's own weight files. They are pickles, programs that rebuild objects, and are never read.</summary>
internal static class PickleFiles
{
    private static readonly string[] s_extensions = [".bin", ".ckpt", ".pt", ".pth", ".pkl"];

    // A zip, as torch.save writes since 1.6, and a bare pickle of protocol 2 to 5, as before.
    private static readonly byte[] s_zip = "PK\u0003\u0004"u8.ToArray();
    private const byte PickleProtocol = 0x80;

    /// <summary>Whether a file is one by its name.</summary>
    internal static bool IsNamed(string path) => s_extensions.Contains(Path.GetExtension(path).ToLowerInvariant());

    /// <summary>Whether a file is one by its first bytes.</summary>
    internal static bool BeginsAs(ReadOnlySpan<byte> start) =>
        start.StartsWith(s_zip) || start is [PickleProtocol, >= 2 and <= 5, ..];

    /// <summary>Why such a file is refused, and what to take instead; without an end mark.</summary>
    internal static string Refusal(string safetensorsName) =>
        $"this is a pickle file, which can run any code when it is loaded, and is never read: take the safetensors weights of this model ({safetensorsName})";
}
