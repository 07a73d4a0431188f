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

    /// <summary>Runs a command.</summary>
    /// <returns>Its <see cref="ExitCode"/>.</returns>
    public static async Task<int> ReportAsync(Func<Task<int>> command)
    {
        var isTerminated = false;
        // The command itself is stopped by what runs it; this only tells SIGTERM from Ctrl-C.
        using var onTermination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => isTerminated = true);
        try
        {
            return await command();
        }
        catch (OperationCanceledException error)
        {
            await Console.Error.WriteLineAsync(
                error is StoppedException ? error.Message : "Stopped. Run the same command again to go on.");
            return isTerminated ? ExitCode.Terminated : ExitCode.Interrupted;
        }
        catch (TrainingDivergedException e)
        {
            // No command makes anything of half a training.
            e.LastGoodAdapter?.Dispose();
            e.LastGoodEmbedding?.Dispose();
            return await FailAsync(e.Message);
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
        catch (ExternalException e)
        {
            var sentence = e.Message.Split('\n')[0].TrimEnd();
            var isMachine = s_machineFaults.Any(fault => sentence.Contains(fault, StringComparison.OrdinalIgnoreCase));
            return await FailAsync(
                $"The computation failed: {sentence}", isMachine ? ExitCode.WorthRetrying : ExitCode.Failed);
        }
        // What users can cause and mend; anything else is a defect and keeps its stack trace.
        catch (Exception e) when (e is ArgumentException or IOException or InvalidDataException
            or InvalidOperationException or UnauthorizedAccessException)
        {
            return await FailAsync(e.Message, IsDiskFull(e) ? ExitCode.WorthRetrying : ExitCode.Failed);
        }
    }

    // Ours tell what to do, and hold the system's.
    private static bool IsDiskFull(Exception error) =>
        DiskSpace.IsFull(error) || (error.InnerException is { } inner && IsDiskFull(inner));

    private static async Task<int> FailAsync(string sentence, int exitCode = ExitCode.Failed)
    {
        await Console.Error.WriteLineAsync(OptionNames.OfCommandLine(sentence));
        return exitCode;
    }
}
