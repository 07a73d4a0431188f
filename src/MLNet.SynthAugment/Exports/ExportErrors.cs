using MLNet.SynthAugment.Files;

namespace MLNet.SynthAugment.Exports;

/// <summary>What to tell when a place of the user's choice cannot be written.</summary>
internal static class ExportErrors
{
    /// <summary>Writes something from the store to a file or folder of the user's.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="write">Writes it.</param>
    /// <exception cref="IOException">There is no space left, or the place cannot be written.</exception>
    public static void Guard(string path, Action write)
    {
        try
        {
            write();
        }
        catch (IOException error) when (DiskSpace.IsFull(error))
        {
            throw new IOException($"There is no space left to write '{path}'. Nothing in the synthesis store is "
                + "lost: free some space or choose another place, and do the same again.", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new IOException($"'{path}' cannot be written: {error.Message} Nothing in the synthesis store is "
                + "lost: choose a place that can be written.", error);
        }
    }
}
