using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using MLNet.SynthAugment.Cli.Generate;

namespace MLNet.SynthAugment.Cli.Tests.Generate;

/// <summary>The command line in a process of its own.</summary>
internal sealed partial class CliProcess : IDisposable
{
    private const int InterruptSignal = 2;

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    public CliProcess(params string[] arguments)
    {
        // Where the tests run in the background, they ignore Ctrl-C, and so would the process.
        string[] launcher = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", "dotnet"] : ["dotnet"];
        var start = new ProcessStartInfo(
            launcher[0], [.. launcher[1..], typeof(GenerateCommand).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Small models gain nothing from threads, and two processes at once lose much by them.
        start.Environment["OMP_NUM_THREADS"] = "1";
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Append(line.Data);
        _process.ErrorDataReceived += (_, line) => Append(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public int Wait()
    {
        Assert.True(_process.WaitForExit(TimeSpan.FromMinutes(5)), $"Still running:{Environment.NewLine}{Output}");
        // Also until all output has come.
        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <summary>Waits until the output has a text, or the process ends.</summary>
    public void WaitFor(string text) =>
        Assert.True(SpinWait.SpinUntil(
            () => Output.Contains(text, StringComparison.Ordinal) || _process.HasExited, TimeSpan.FromMinutes(5))
            && Output.Contains(text, StringComparison.Ordinal), Output);

    /// <summary>Kills the process after a time, unless it has ended by then.</summary>
    /// <returns>Whether it was killed.</returns>
    public bool KillAfter(TimeSpan delay)
    {
        if (_process.WaitForExit(delay))
            return false;
        _process.Kill();
        _process.WaitForExit();
        return _process.ExitCode != 0;
    }

    /// <summary>Sends Ctrl-C.</summary>
    public void Interrupt() => Assert.Equal(0, Kill(_process.Id, InterruptSignal));

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private void Append(string? line)
    {
        lock (_output)
            _output.AppendLine(line);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
