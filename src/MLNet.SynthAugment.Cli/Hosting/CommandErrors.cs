using System.Runtime.InteropServices;
using MLNet.SynthAugment.Cli.Options;
using MLNet.SynthAugment.Diffusion.Training;
using MLNet.SynthAugment.Files;

namespace MLNet.SynthAugment.Cli.Hosting;

/// <summary>Turns what goes wrong in a command into a sentence and an exit code.</summary>
internal static class CommandErrors
{
    // Of libtorch on the CPU and on CUDA; a GPU that is lost says "CUDA error", too.
    private static readonly string[] s_machineFaults =
        ["out of memory", "not enough memory", "can't allocate memory", "CUDA error"];

    private static readonly TimeSpan s_signalPause = TimeSpan.FromSeconds(1);

    /// <summary>Runs what the command line asks for.</summary>
    /// <param name="work">The run.</param>
    /// <param name="command">The command, by whose options messages call settings; null for none.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> ReportAsync(Func<Task<int>> work, Command? command = null)
    {
        // The command itself is stopped by what runs it; this only tells SIGTERM from Ctrl-C.
        var signal = new TaskCompletionSource<PosixSignal>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Note);
        using var onTermination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Note);
        try
        {
            return await work();
        }
        catch (OperationCanceledException error)
        {
            await Console.Error.WriteLineAsync(error is StoppedException
                ? error.Message : "Stopped. Run the same command again to go on.");
            return await IsTermination(signal.Task) ? ExitCode.Terminated : ExitCode.Interrupted;
        }
        catch (TrainingDivergedException error)
        {
            // No command makes anything of half a training.
            error.LastGoodAdapter?.Dispose();
            error.LastGoodEmbedding?.Dispose();
            return await FailAsync(error.Message);
        }
        catch (OutOfMemoryException error)
        {
            return await FailAsync(error.Message, ExitCode.WorthRetrying);
        }
        catch (OverflowException)
        {
            return await FailAsync("A number among the options is too large to compute with; give a smaller one.");
        }
        // libtorch's own words, of which the first line says what was wrong and the rest where in its source.
        catch (ExternalException error)
        {
            var sentence = error.Message.Split('\n')[0].TrimEnd();
            var isMachine = s_machineFaults.Any(fault => sentence.Contains(fault, StringComparison.OrdinalIgnoreCase));
            return await FailAsync(
                $"The computation failed: {sentence}", isMachine ? ExitCode.WorthRetrying : ExitCode.Failed);
        }
        // What users can cause and mend; anything else is a defect and keeps its stack trace.
        catch (Exception error) when (error is ArgumentException or IOException or InvalidDataException
            or InvalidOperationException or UnauthorizedAccessException)
        {
            return await FailAsync(command is null ? error.Message : OptionWords.In(command, error),
                IsDiskFull(error) ? ExitCode.WorthRetrying : ExitCode.Failed);
        }

        void Note(PosixSignalContext context) => signal.TrySetResult(context.Signal);
    }

    /// <summary>Does work that keeps what is finished, so that the same settings go on where it was stopped.</summary>
    /// <param name="command">The command's word.</param>
    /// <param name="outFolder">The results, with the settings that start the work again.</param>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="OperationCanceledException">It was stopped; the message says how to go on.</exception>
    public static int RunStoppable(
        string command, string outFolder, Action work, CancellationToken cancellationToken)
    {
        try
        {
            work();
            return ExitCode.Done;
        }
        // ML.NET wraps what happens on its worker threads.
        catch (Exception error) when (cancellationToken.IsCancellationRequested)
        {
            throw new StoppedException("Stopped; what is finished is kept. Go on with: synthaugment "
                + $"{command} --settings \"{Path.Combine(outFolder, SettingsFile.Name)}\"", error);
        }
    }

    // A signal's handlers run one after the other, and the one that stops the command may wait for it to end before
    // ours gets its turn.
    private static async Task<bool> IsTermination(Task<PosixSignal> signal)
    {
        await Task.WhenAny(signal, Task.Delay(s_signalPause));
        return signal is { IsCompleted: true, Result: PosixSignal.SIGTERM };
    }

    // Ours tell what to do, and hold the system's.
    private static bool IsDiskFull(Exception error) =>
        DiskSpace.IsFull(error) || (error.InnerException is { } inner && IsDiskFull(inner));

    private static async Task<int> FailAsync(string sentence, int exitCode = ExitCode.Failed)
    {
        await Console.Error.WriteLineAsync(sentence);
        return exitCode;
    }

    private sealed class StoppedException(string message, Exception inner)
        : OperationCanceledException(message, inner);
}
