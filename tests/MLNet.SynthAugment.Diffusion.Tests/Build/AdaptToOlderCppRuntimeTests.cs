using System.Collections;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Build.Framework;
using MLNet.SynthAugment.Build;

namespace MLNet.SynthAugment.Diffusion.Tests.Build;

/// <summary>The MSBuild task around it.</summary>
public sealed class AdaptToOlderCppRuntimeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly Log _log = new();

    private string Copy => Path.Combine(_folder, "obj", "libLibTorchSharp.so");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_known_library_is_adapted_and_a_line_says_so()
    {
        var library = new SmallLibrary().ToBytes();
        Run(library, always: true, isKnown: true);
        Assert.Equal(NewerCppRuntime.MakeDispensable(library), File.ReadAllBytes(Copy));
        Assert.Equal([Copy], Directory.GetFiles(Path.GetDirectoryName(Copy)!));
        Assert.Contains("TorchSharpForOlderLinux=never", Assert.Single(_log.Messages));
        Assert.Empty(_log.Warnings);
    }

    [Fact]
    public void An_unknown_library_stays_as_it_is_and_a_warning_names_the_remedy()
    {
        Run(new SmallLibrary().ToBytes(), always: true, isKnown: false);
        Assert.False(File.Exists(Copy));
        Assert.Empty(_log.Messages);
        var warning = Assert.Single(_log.Warnings);
        Assert.Equal(AdaptToOlderCppRuntime.WarningCode, warning.Code);
        Assert.Contains("is not the one of TorchSharp 0.107.0", warning.Message);
        Assert.Contains("Debian 13", warning.Message);
    }

    [Fact]
    public void An_unknown_library_that_asks_for_nothing_new_is_fine()
    {
        Run(new SmallLibrary { Needed = [("libc.so.6", [("GLIBC_2.34", 24)])] }.ToBytes(), always: true,
            isKnown: false);
        Assert.False(File.Exists(Copy));
        Assert.Empty(_log.Messages);
        Assert.Empty(_log.Warnings);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_damaged_library_is_a_warning(bool isKnown)
    {
        Run(new SmallLibrary().ToBytes()[..^1], always: true, isKnown);
        Assert.False(File.Exists(Copy));
        Assert.Contains("it is damaged", Assert.Single(_log.Warnings).Message);
    }

    [Fact]
    public void An_earlier_copy_goes_when_it_is_no_longer_right()
    {
        Run(new SmallLibrary().ToBytes(), always: true, isKnown: true);
        Run(new SmallLibrary().ToBytes(), always: true, isKnown: false);
        Assert.False(File.Exists(Copy));
    }

    [Fact]
    public void By_itself_it_does_so_only_where_the_system_asks_for_it()
    {
        Run(new SmallLibrary().ToBytes(), always: false, isKnown: true);
        var isOld = NativeLibrary.TryLoad(SmallLibrary.CppRuntime, out var runtime)
            && !NativeLibrary.TryGetExport(runtime, SmallLibrary.InitialiseStreams, out _);
        Assert.Equal(isOld, File.Exists(Copy));
        Assert.Equal(isOld ? 1 : 0, _log.Messages.Count);
    }

    private void Run(byte[] library, bool always, bool isKnown)
    {
        var path = Path.Combine(_folder, "libLibTorchSharp.so");
        File.WriteAllBytes(path, library);
        var hash = isKnown ? Convert.ToHexStringLower(SHA256.HashData(library)) : "00";
        Assert.True(new AdaptToOlderCppRuntime
        { BuildEngine = _log, Library = path, Copy = Copy, KnownSha256 = hash, Always = always }.Execute());
    }

    /// <summary>Takes what the task says.</summary>
    private sealed class Log : IBuildEngine
    {
        public List<string?> Messages { get; } = [];

        public List<BuildWarningEventArgs> Warnings { get; } = [];

        public bool ContinueOnError => false;

        public int LineNumberOfTaskNode => 0;

        public int ColumnNumberOfTaskNode => 0;

        public string ProjectFileOfTaskNode => "";

        public void LogMessageEvent(BuildMessageEventArgs e) => Messages.Add(e.Message);

        public void LogWarningEvent(BuildWarningEventArgs e) => Warnings.Add(e);

        public void LogErrorEvent(BuildErrorEventArgs e) => Assert.Fail(e.Message ?? "an error");

        public void LogCustomEvent(CustomBuildEventArgs e) => throw new NotSupportedException();

        public bool BuildProjectFile(
            string projectFileName, string[] targetNames, IDictionary globalProperties, IDictionary targetOutputs) =>
            throw new NotSupportedException();
    }
}
