using MLNet.SynthAugment.Golden;

namespace MLNet.SynthAugment.Cli.Tests.Golden;

/// <summary>Nothing of the golden set is left out.</summary>
public sealed class CoverageTests
{
    [SharedFact]
    public void Every_folder_file_and_tensor_is_known_to_a_suite()
    {
        var results = GoldenRunner.Folders(GoldenResults.Root)
            .SelectMany(path => GoldenResults.Of(Path.GetRelativePath(GoldenResults.Root, path)));
        Assert.Empty(results.Where(result => result.Outcome is GoldenOutcome.Unknown or GoldenOutcome.Skipped)
            .Select(result => $"{result.Name}: {result.Detail}"));
    }

    [SharedFact]
    public void Every_folder_has_a_test_class()
    {
        var tested = typeof(CoverageTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .SelectMany(method => method.CustomAttributes)
            .Where(attribute => attribute.AttributeType == typeof(GoldenCasesAttribute))
            .Select(attribute => GoldenResults.PathOf((string)attribute.ConstructorArguments[0].Value!));
        var folders = GoldenRunner.Folders(GoldenResults.Root).Where(path => Directory.EnumerateFiles(path).Any());
        Assert.Equal(folders.Order(), tested.Order());
    }
}
