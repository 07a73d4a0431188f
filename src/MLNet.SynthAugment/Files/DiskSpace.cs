namespace MLNet.SynthAugment.Files;

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
