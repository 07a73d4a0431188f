namespace MLNet.SynthAugment.Files;

/// <summary>
/// A lock between threads and processes that share a folder. The operating system holds it, so it ends with its owner
/// however that dies.
/// </summary>
public sealed class FileLock : IDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    private readonly FileStream _stream;

    private FileLock(FileStream stream) => _stream = stream;

    /// <summary>Takes the lock, or returns null if another has it.</summary>
    /// <param name="path">The lock's file, made if it is not there; its content means nothing.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static FileLock? TryTake(string path)
    {
        try
        {
            return new FileLock(new FileStream(
                path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
        }
        catch (IOException error) when (IsTaken(error))
        {
            return null;
        }
    }

    /// <summary>Takes the lock as soon as it is free.</summary>
    /// <param name="path">The lock's file.</param>
    /// <param name="onWait">Called once if another has it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static FileLock Take(string path, Action onWait, CancellationToken cancellationToken)
    {
        for (var waited = false; ; waited = true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryTake(path) is { } taken)
                return taken;
            if (!waited)
                onWait();
            cancellationToken.WaitHandle.WaitOne(s_pause);
        }
    }

    /// <summary>
    /// Deletes the lock's file and frees it. Who waits for the file that is gone gets a lock that another may hold too
    /// under the same name: only for work that is done for good, which each looks for once it has the lock.
    /// </summary>
    public void Delete()
    {
        // Windows deletes no file that is open.
        if (OperatingSystem.IsWindows())
            Dispose();
        try
        {
            File.Delete(_stream.Name);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Another has taken it meanwhile, and will delete it.
        }
        Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    // EWOULDBLOCK of Linux and of macOS, ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION of Windows.
    private static bool IsTaken(IOException error) => OperatingSystem.IsWindows()
        ? (error.HResult & 0xFFFF) is 32 or 33 : error.HResult is 11 or 35;
}
