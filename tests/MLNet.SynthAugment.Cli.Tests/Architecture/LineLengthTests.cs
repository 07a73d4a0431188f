namespace MLNet.SynthAugment.Cli.Tests.Architecture;

/// <summary>Lines of src and tools end by the column that <c>.editorconfig</c> names.</summary>
public class LineLengthTests
{
    private const int Longest = 120;

    [Fact]
    public void No_line_is_too_long()
    {
        var found = new[] { "src", "tools" }
            .SelectMany(folder => Directory.EnumerateFiles(
                Repository.PathOf(folder), "*.cs", SearchOption.AllDirectories))
            .SelectMany(file => File.ReadLines(file).Select((line, i) => (Line: line, Number: i + 1))
                .Where(line => line.Line.Length > Longest)
                .Select(line => $"{Path.GetRelativePath(Repository.Folder, file)}({line.Number})"))
            .Order(StringComparer.Ordinal).ToList();
        Assert.True(found.Count == 0, $"Lines of more than {Longest} columns:\n{string.Join("\n", found)}");
    }
}
