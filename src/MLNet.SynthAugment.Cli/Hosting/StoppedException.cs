namespace MLNet.SynthAugment.Cli.Hosting;

/// <summary>A run that was stopped and can go on; the message is the command for that.</summary>
internal sealed class StoppedException(string message, Exception inner) : OperationCanceledException(message, inner)
{
    /// <summary>Does work that keeps what is finished.</summary>
    /// <param name="command">The command's word.</param>
    /// <param name="outFolder">Its results, with the settings that start it again.</param>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The exit code.</returns>
    public static int Guard(string command, string outFolder, Action work, CancellationToken cancellationToken)
    {
        try
        {
            work();
            return ExitCode.Done;
        }
        // ML.NET wraps what happens on its worker threads.
        catch (Exception error) when (cancellationToken.IsCancellationRequested)
        {
            var settings = Path.Combine(outFolder, Options.SettingsFile.Name);
            throw new StoppedException(
                $"Stopped; what is finished is kept. Go on with: synthaugment {command} --settings \"{settings}\"",
                error);
        }
    }
}
