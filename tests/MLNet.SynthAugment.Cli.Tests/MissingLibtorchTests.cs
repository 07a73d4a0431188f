using System.Diagnostics;
using MLNet.SynthAugment.Cli.Generate;
using MLNet.SynthAugment.Embedded;

namespace MLNet.SynthAugment.Cli.Tests;

/// <summary>The program without libtorch beside it, as when it was built without a package of it.</summary>
public sealed class MissingLibtorchTests : IDisposable
{
    private const string Program = "synthaugment.dll";

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public MissingLibtorchTests()
    {
        var built = Path.GetDirectoryName(typeof(GenerateCommand).Assembly.Location)!;
        var native = ((string)AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES")!).Split(Path.PathSeparator)
            .Where(Directory.Exists);
        CopyFiles([built], "*.dll", "synthaugment.runtimeconfig.json");
        CopyFiles(native, "*SkiaSharp.*", "*e_sqlite3.*");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_needs_none_runs()
    {
        Assert.Equal(0, Run("--help").ExitCode);
        Assert.Equal(0, Run("draw", "--out", "set").ExitCode);
    }

    [Theory]
    [InlineData("generate", "--images", "set", "--out", "out", "--shots", "2", "--per-class", "1")]
    [InlineData("evaluate", "--real", "set:train", "--synthetic", "set:test")]
    [InlineData("compare", "--images", "set", "--out", "out", "--shots", "2", "--seeds", "1")]
    [InlineData("compare", "--images", "set", "--out", "out", "--shots", "2", "--seeds", "1", "--trainer", "cliplora")]
    [InlineData("compare", "--images", "set", "--out", "out", "--shots", "2", "--seeds", "1", "--trainer", "sdca")]
    [InlineData("pretrain", "--images", "set", "--out", "out", "--threads", "1")]
    [InlineData("golden", "set")]
    [InlineData("inspect", "model")]
    [InlineData("convert", "model/unet/diffusion_pytorch_model.safetensors", "out.safetensors", "--to", "Peft")]
    public void What_needs_it_ends_with_a_sentence(params string[] arguments)
    {
        Run("draw", "--out", "set", "--classes", "2", "--train", "2", "--val", "2", "--test", "2");
        Directory.CreateSymbolicLink(Path.Combine(_folder, "model"), EmbeddedModel.Folder);

        var (exitCode, output, error) = Run(arguments);
        Assert.Equal(1, exitCode);
        Assert.StartsWith("libtorch 2.10 was not found: ", error);
        Assert.Single(error.Trim().Split('\n'));
        Assert.DoesNotContain("Trace", output);
    }

    private void CopyFiles(IEnumerable<string> folders, params string[] names)
    {
        foreach (var file in folders.SelectMany(folder => names.SelectMany(name => Directory.GetFiles(folder, name))))
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)), overwrite: true);
    }

    private (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments])
        { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
