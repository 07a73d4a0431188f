using System.Runtime.CompilerServices;

namespace MLNet.SynthAugment.Tests.Samples;

public class ReadmeTests
{
    [Fact]
    public void The_example_in_the_readme_is_the_sample_program_that_the_solution_compiles()
    {
        var example = File.ReadAllText(InRepository("samples/PipelineExample/Program.cs"));
        Assert.Contains($"```csharp\n{example}```", File.ReadAllText(InRepository("README.md")), StringComparison.Ordinal);
    }

    private static string InRepository(string path, [CallerFilePath] string thisFile = "") =>
        Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "..", path);
}
