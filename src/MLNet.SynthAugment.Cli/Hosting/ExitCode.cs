namespace MLNet.SynthAugment.Cli.Hosting;

/// <summary>What a command returns to the shell, to Slurm and to Kubernetes.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>
    /// A mistake in the options or the data: the same command fails again. Also what <c>inspect</c> and <c>golden</c>
    /// return for what is not sound.
    /// </summary>
    public const int Failed = 1;

    /// <summary>
    /// The machine's fault, such as a full disk or memory: the same command may go on later or elsewhere (EX_TEMPFAIL
    /// of sysexits.h).
    /// </summary>
    public const int WorthRetrying = 75;

    /// <summary>Ctrl-C: 128 + SIGINT.</summary>
    public const int Interrupted = 130;

    /// <summary>128 + SIGTERM, as batch systems send it before a time limit.</summary>
    public const int Terminated = 143;
}
