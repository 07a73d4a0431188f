
namespace MLNet.SynthAugment.Tests.Samples;

public class ReadmeTests
{
    [Theory]
    [InlineData("samples/PipelineExample/Program.cs")]
    [InlineData("samples/CustomMethod/NearShots.cs")]
    public void The_examples_in_the_readme_are_files_that_the_solution_compiles(string file)
    {
        var example = File.ReadAllText(Repository.PathOf(file));
        Assert.Contains($"```csharp\n{example}```", File.ReadAllText(Repository.PathOf("README.md")),
            StringComparison.Ordinal);
    }
}
