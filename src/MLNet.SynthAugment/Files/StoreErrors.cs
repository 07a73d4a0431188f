namespace MLNet.SynthAugment.Files;

/// <summary>What to tell when a store cannot be written.</summary>
internal static class StoreErrors
{
    public static IOException Full(string folder, Exception inner) => new(
        $"There is no space left for the synthesis store '{folder}'. What was made so far is kept: free some space "
            + "and run the same again, which goes on from there.", inner);

    public static IOException ReadOnly(string folder, Exception? inner = null) => new(
        $"The synthesis store '{folder}' cannot be written, and not all that is wanted is in it. What is there is "
            + "kept: make the folder writable, or set Options.StoreFolder to one that is.", inner);

    /// <summary>Does work that writes to the store and nothing else.</summary>
    /// <param name="folder">The store.</param>
    /// <param name="write">The work.</param>
    /// <exception cref="IOException">The store cannot be written.</exception>
    public static T Guard<T>(string folder, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Describe(folder, error);
        }
    }

    /// <summary>Does work that writes to the store among other things, whose errors are their own.</summary>
    /// <param name="folder">The store.</param>
    /// <param name="work">The work.</param>
    /// <exception cref="IOException">The disk is full.</exception>
    public static void GuardWork(string folder, Action work)
    {
        try
        {
            work();
        }
        catch (IOException error) when (DiskSpace.IsFull(error))
        {
            throw Full(folder, error);
        }
    }

    /// <summary>What went wrong when a file of the store was written.</summary>
    public static IOException Describe(string folder, Exception error) => error switch
    {
        _ when DiskSpace.IsFull(error) => Full(folder, error),
        _ => new IOException($"The synthesis store '{folder}' cannot be written: {error.Message} What was made so "
            + "far is kept. Set Options.StoreFolder to a folder that can be written.", error),
    };
}

/// <summary>What systems say when a disk is full.</summary>
public static class DiskSpace
{
    // ENOSPC, EDQUOT and EFBIG of Unix; ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL of Windows.
    private static readonly int[] s_windows = [39, 112], s_macOS = [28, 69, 27], s_linux = [28, 122, 27];

    /// <summary>Whether an error says that the disk, or what the user may have of it, is full.</summary>
    /// <param name="error">The error; those that it was made of are not looked at.</param>
    public static bool IsFull(Exception error) => error is IOException && Codes.Contains(error.HResult & 0xFFFF);

    private static int[] Codes =>
        OperatingSystem.IsWindows() ? s_windows : OperatingSystem.IsMacOS() ? s_macOS : s_linux;
}
