namespace MLNet.SynthAugment.Diffusion.Tests.Build;

/// <summary>A test of the library of TorchSharp 0.107.0 for Linux, where the package is in NuGet's cache.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RealLibraryFactAttribute : FactAttribute
{
    public RealLibraryFactAttribute() => Skip = File.Exists(LibraryPath) ? null : $"There is no {LibraryPath}.";

    internal static string LibraryPath { get; } = Path.Combine(
        Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages"),
        "torchsharp", "0.107.0", "runtimes", "linux-x64", "native", "libLibTorchSharp.so");
}
