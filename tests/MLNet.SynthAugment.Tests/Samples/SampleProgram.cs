using System.Diagnostics;

namespace MLNet.SynthAugment.Tests.Samples;

internal static class SampleProgram
{
    /// <summary>Runs a sample in a process of its own: it lies beside the tests among what was built.</summary>
    public static (int ExitCode, string Output) Run(string sample, params string[] arguments)
    {
        var folder = AppContext.BaseDirectory.Replace("MLNet.SynthAugment.Tests", sample, StringComparison.Ordinal);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(folder, sample + ".dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }
}
