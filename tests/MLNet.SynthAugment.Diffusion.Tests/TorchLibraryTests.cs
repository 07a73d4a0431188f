namespace MLNet.SynthAugment.Diffusion.Tests;

/// <summary>What is said of a libtorch that does not load; MissingLibtorchTests sees it from outside.</summary>
public class TorchLibraryTests
{
    [Theory]
    [InlineData("C library (glibc)", "/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found (required by /app/libLibTorchSharp.so)")]
    [InlineData("TorchSharpForOlderLinux=always", "/lib/x86_64-linux-gnu/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by /app/libLibTorchSharp.so)")]
    [InlineData("TorchSharpForOlderLinux=always", "/lib/x86_64-linux-gnu/libstdc++.so.6: Version »GLIBCXX_3.4.32« nicht gefunden (benötigt von /app/libLibTorchSharp.so)")]
    [InlineData("package TorchSharp-cpu", "libtorch.so: cannot open shared object file: No such file or directory")]
    public void Says_what_to_do(string remedy, string loaderMessage)
    {
        var sentence = TorchLibrary.Explain(
            $"Unable to load shared library 'LibTorchSharp' or one of its dependencies.\n{loaderMessage}\n");
        Assert.Contains(remedy, sentence);
        Assert.DoesNotContain('\n', sentence);
    }
}
