using System.Runtime.InteropServices;
using MLNet.SynthAugment.Cli.Options;
using MLNet.SynthAugment.Diffusion.Training;

namespace MLNet.SynthAugment.Cli.Hosting;

/// <summary>Turns what goes wrong in a command into a sentence and an exit code.</summary>
internal static class CommandErrors
{
    private const int Failed = 1;
    private const int Interrupted = 130;

    /// <summary>Runs a command.</summary>
    /// <returns>Its exit code; 1 after an error, 130 after Ctrl-C.</returns>
    public static async Task<int> ReportAsync(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped. Run the same command again to go on.");
            return Interrupted;
        }
        catch (TrainingDivergedException e)
        {
            // No command makes anything of half a training.
            e.LastGoodAdapter?.Dispose();
            e.LastGoodEmbedding?.Dispose();
            return await FailAsync(e.Message);
        }
        catch (OverflowException)
        {
            return await FailAsync("A number among the options is too large to compute with; give a smaller one.");
        }
        // libtorch's own words, of which the first line says what was wrong and the rest where in its source.
        catch (ExternalException e)
        {
            return await FailAsync($"The computation failed: {e.Message.Split('\n')[0].TrimEnd()}");
        }
        // What users can cause and mend; anything else is a defect and keeps its stack trace.
        catch (Exception e) when (e is ArgumentException or IOException or InvalidDataException or InvalidOperationException or UnauthorizedAccessException)
        {
            return await FailAsync(e.Message);
        }
    }

    private static async Task<int> FailAsync(string sentence)
    {
        await Console.Error.WriteLineAsync(OptionNames.OfCommandLine(sentence));
        return Failed;
    }
}
