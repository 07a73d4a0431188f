namespace MLNet.SynthAugment.Diffusion;

/// <summary>The one place where the device is chosen.</summary>
public static class ComputeDevice
{
    /// <summary>Chooses the device and says which one and why.</summary>
    /// <param name="option"><c>auto</c> (CUDA if there is a device, else the CPU), <c>cpu</c>, <c>cuda</c> or
    /// <c>cuda:N</c>.</param>
    /// <param name="log">Gets one sentence; null for none.</param>
    /// <exception cref="ArgumentException">The option is none of these.</exception>
    /// <exception cref="InvalidOperationException">The CUDA device asked for is not there, or libtorch does not
    /// load.</exception>
    public static Device Select(string option, Action<string>? log = null)
    {
        TorchLibrary.Load();
        switch (option.Trim().ToLowerInvariant())
        {
            case "auto" when cuda.is_available():
                log?.Invoke($"Computing on cuda:0 (device option 'auto'; CUDA devices found: {cuda.device_count()}).");
                return new Device(DeviceType.CUDA, 0);
            case "auto":
                log?.Invoke("Computing on the CPU (device option 'auto'; no CUDA device is available to this build "
                    + "of libtorch).");
                return CPU;
            case "cpu":
                log?.Invoke("Computing on the CPU (device option 'cpu').");
                return CPU;
            case "cuda":
                return Cuda(0, option, log);
            case ['c', 'u', 'd', 'a', ':', .. var number] when int.TryParse(
                number, NumberStyles.None, CultureInfo.InvariantCulture, out var index):
                return Cuda(index, option, log);
            default:
                throw new ArgumentException(
                    $"Device option '{option}' is unknown; give auto, cpu, cuda or cuda:N.", nameof(option));
        }
    }

    private static Device Cuda(int index, string option, Action<string>? log)
    {
        var count = cuda.is_available() ? cuda.device_count() : 0;
        if (index >= count)
            throw new InvalidOperationException(
                $"Device option '{option}' asks for CUDA device {index}, but {count} CUDA devices are available to "
                    + "this build of libtorch. Use 'auto' or 'cpu', or a CUDA package of TorchSharp (README, GPU).");
        log?.Invoke($"Computing on cuda:{index} (device option '{option}').");
        return new Device(DeviceType.CUDA, index);
    }
}
