using System.Diagnostics;
using MLNet.SynthAugment.Build;

namespace MLNet.SynthAugment.Diffusion.Tests.Build;

/// <summary>
/// What builds make of eng/OlderCppRuntime.targets, for a program that has of TorchSharp only its own package.
/// </summary>
public sealed class OlderCppRuntimeBuildTests : IDisposable
{
    private const string Library = "libLibTorchSharp.so";
    private const string LibraryInBuild = "bin/Debug/net10.0/runtimes/linux-x64/native/" + Library;
    private const string Line = Library + " was adapted";

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public OlderCppRuntimeBuildTests()
    {
        Write("program.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="TorchSharp" Version="0.107.0" />
              </ItemGroup>
            </Project>
            """);
        Write("Program.cs", "return;");
        Write("Directory.Build.targets",
            $"""<Project><Import Project="{Repository.PathOf("eng", "OlderCppRuntime.targets")}" /></Project>""");
        // So that none of a folder above is taken.
        Write("Directory.Build.props", "<Project />");
        Write("Directory.Packages.props", "<Project />");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [LongFact]
    public void The_copy_is_made_once_and_goes_when_it_is_not_wanted()
    {
        Assert.Contains(Line, Run("build", "always"));
        var adapted = Read(LibraryInBuild);
        var dependencies = Read("bin/Debug/net10.0/program.deps.json");
        Assert.DoesNotContain(Line, Run("build", "always"));

        Assert.DoesNotContain(Line, Run("build", "never"));
        AssertAdapted(original: Read(LibraryInBuild), adapted);
        Assert.Equal(dependencies, Read("bin/Debug/net10.0/program.deps.json"));
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder, "obj"), Library + "*", SearchOption.AllDirectories));
    }

    [LongFact]
    public void A_program_published_for_one_kind_of_system_has_it()
    {
        Run("publish", "never", "-o", "as-it-is", "-r", "linux-x64", "--no-self-contained");
        Run("publish", "always", "-o", "adapted", "-r", "linux-x64", "--no-self-contained");
        AssertAdapted(Read("as-it-is/" + Library), Read("adapted/" + Library));
    }

    private static void AssertAdapted(byte[] original, byte[] adapted) =>
        Assert.Equal(NewerCppRuntime.MakeDispensable(original), adapted);

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);

    private byte[] Read(string name) => File.ReadAllBytes(Path.Combine(_folder, name));

    private string Run(string command, string forOlderLinux, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            "dotnet", [command, "-nologo", "-nodeReuse:false", $"-p:TorchSharpForOlderLinux={forOlderLinux}",
            .. arguments])
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output);
        return output;
    }
}
