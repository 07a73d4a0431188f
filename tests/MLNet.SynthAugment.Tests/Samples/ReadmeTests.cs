using System.Text.RegularExpressions;

namespace MLNet.SynthAugment.Tests.Samples;

public partial class ReadmeTests
{
    [Fact]
    public void Each_example_in_the_readme_is_code_of_a_sample_that_the_solution_compiles()
    {
        var samples = Directory
            .EnumerateFiles(Repository.PathOf("samples"), "*.cs", SearchOption.AllDirectories)
            .Select(File.ReadAllText).ToList();
        var examples = CSharpBlocks().Matches(File.ReadAllText(Repository.PathOf("README.md")))
            .Select(block => block.Groups["code"].Value).ToList();

        Assert.NotEmpty(examples);
        Assert.All(examples, example => Assert.Contains(samples,
            sample => sample.Contains(example, StringComparison.Ordinal)));
    }

    [GeneratedRegex("^```csharp\n(?<code>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex CSharpBlocks();
}
