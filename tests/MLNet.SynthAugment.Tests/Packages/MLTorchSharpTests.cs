using MLNet.SynthAugment.Tests.Samples;

namespace MLNet.SynthAugment.Tests.Packages;

/// <summary>
/// What docs/packages.md says of Microsoft.ML.TorchSharp, built for an older TorchSharp, in one program with ours.
/// A test fails when things get better, too: then the document has to change.
/// </summary>
public sealed class MLTorchSharpTests
{
    private const string DoesNotCompile = "does not compile: ";

    private static readonly Lazy<string[]> s_lines = new(() =>
    {
        var (exitCode, output) = SampleProgram.Run("BesideMLTorchSharp");
        Assert.True(exitCode == 0, output);
        return output.Split(Environment.NewLine);
    });

    [Fact]
    public void Our_step_runs() => Assert.Contains(s_lines.Value, line =>
        line.StartsWith("SynthesizeFewShot: 12 synthetic images beside 6 real ones", StringComparison.Ordinal));

    [Fact]
    public void All_methods_compile_but_two_of_object_detection()
    {
        var failures = s_lines.Value.Where(line => line.StartsWith(DoesNotCompile, StringComparison.Ordinal))
            .Select(line => line[DoesNotCompile.Length..].Split(": ", 2)).ToList();
        Assert.Equal(["AutoFormerV2Block.forward", "FPN.forward"], failures.Select(failure => failure[0]));
        Assert.All(failures, failed => Assert.Contains("Method not found: 'Tensor functional.interpolate", failed[1]));
    }

    [Theory]
    [InlineData("TextClassification")]
    [InlineData("SentenceSimilarity")]
    [InlineData("NamedEntityRecognition")]
    public void Text_trainers_do_not_train(string name) =>
        Assert.Contains($"{name}: does not train: Tensor invalid -- empty handle.", s_lines.Value);
}
