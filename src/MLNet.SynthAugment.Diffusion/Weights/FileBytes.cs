using Microsoft.Win32.SafeHandles;

namespace MLNet.SynthAugment.Diffusion.Weights;

/// <summary>Reads parts of files.</summary>
internal static class FileBytes
{
    /// <summary>Fills <paramref name="destination"/> from a place in the file.</summary>
    /// <exception cref="SafetensorsException">The file ends before; it was cut after it was opened.</exception>
    internal static void ReadExactly(string path, SafeFileHandle handle, Span<byte> destination, long offset)
    {
        while (destination.Length > 0)
        {
            var read = RandomAccess.Read(handle, destination, offset);
            if (read == 0)
                throw new SafetensorsException(
                    path, $"the file ends at byte {offset}, in the middle of what its header announces; it was "
                        + "shortened while it was read.");
            destination = destination[read..];
            offset += read;
        }
    }
}
