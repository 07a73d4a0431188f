using System.Runtime.InteropServices;
using MLNet.SynthAugment.Cli.Hosting;

namespace MLNet.SynthAugment.Cli.Tests;

/// <summary>Exit codes tell batch systems what a retry is good for.</summary>
public class ExitCodeTests
{
    // ENOSPC; ERROR_DISK_FULL.
    private static readonly IOException s_full = new("no space", OperatingSystem.IsWindows() ? 112 : 28);

    public static TheoryData<Exception, int> Errors() => new()
    {
        { new ArgumentException("wrong"), 1 },
        { new FileNotFoundException("not there"), 1 },
        { new InvalidDataException("damaged"), 1 },
        { new ExternalException("shapes do not fit"), 1 },
        { new ExternalException("CUDA out of memory. Tried to allocate 2 GiB"), 75 },
        { new ExternalException(
            "[enforce fail at alloc_cpu.cpp:124] DefaultCPUAllocator: can't allocate memory: you tried to allocate "
                + "1 bytes."), 75 },
        { new OutOfMemoryException(), 75 },
        { s_full, 75 },
        { new IOException("There is no space left for the store.", s_full), 75 },
        { new OperationCanceledException(), 130 },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task Each_kind_of_error_has_its_code(Exception error, int exitCode) =>
        Assert.Equal(exitCode, await CommandErrors.ReportAsync(() => Task.FromException<int>(error)));

    [Fact]
    public async Task What_a_command_returns_is_kept() =>
        Assert.Equal(3, await CommandErrors.ReportAsync(() => Task.FromResult(3)));
}
