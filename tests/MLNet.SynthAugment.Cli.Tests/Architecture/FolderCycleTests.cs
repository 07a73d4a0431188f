using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MLNet.SynthAugment.Cli.Tests.Architecture;

/// <summary>A folder is a room, and rooms depend on one another one way: docs/architecture.md.</summary>
public class FolderCycleTests
{
    private const string Usings =
        "global using System; global using System.Collections.Generic; global using System.IO; "
        + "global using System.Linq; global using System.Net.Http; global using System.Threading; "
        + "global using System.Threading.Tasks;";

    public static TheoryData<string> Projects() => [.. new[] { "src", "tools" }.SelectMany(folder => Directory.GetFiles(
        Path.Combine(Repository.Folder, folder), "*.csproj", SearchOption.AllDirectories))
        .Select(path => Path.GetRelativePath(Repository.Folder, path))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void The_folders_of_a_project_form_no_cycle(string project)
    {
        var uses = UsesOf(Path.Combine(Repository.Folder, project));
        var inCycle = uses.Keys.Where(folder => Reached(uses, folder).Contains(folder)).ToHashSet();
        var edges = uses.Where(from => inCycle.Contains(from.Key))
            .SelectMany(from => from.Value.Where(to => inCycle.Contains(to.Key))
                .Select(to => $"{from.Key} → {to.Key}: {string.Join(", ", to.Value)}"));
        Assert.True(inCycle.Count == 0, $"Folders that depend on one another:\n{string.Join("\n", edges)}");
    }

    // Folder to folder, with the types that are used.
    private static Dictionary<string, Dictionary<string, SortedSet<string>>> UsesOf(string project)
    {
        var folder = Path.GetDirectoryName(project)!;
        var options = new CSharpParseOptions(LanguageVersion.Preview);
        var trees = Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), options, path)).ToList();
        var name = project.EndsWith("Cli.csproj", StringComparison.Ordinal)
            ? "synthaugment" : Path.GetFileNameWithoutExtension(project);
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileNameWithoutExtension(path) != name);
        var compilation = CSharpCompilation.Create(name, [.. trees, CSharpSyntaxTree.ParseText(Usings, options)],
            references.Select(path => MetadataReference.CreateFromFile(path)),
                new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        var uses = new Dictionary<string, Dictionary<string, SortedSet<string>>>();
        foreach (var tree in trees)
        {
            var (model, from) = (compilation.GetSemanticModel(tree), Room(folder, tree.FilePath));
            foreach (var type in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>()
                .Select(node => model.GetSymbolInfo(node).Symbol).Select(TypeOf).OfType<INamedTypeSymbol>()
                    .Distinct(SymbolEqualityComparer.Default))
            {
                foreach (var to in type!.DeclaringSyntaxReferences.Select(
                    declaration => Room(folder, declaration.SyntaxTree.FilePath)).Where(to => to != from))
                {
                    if (!uses.TryGetValue(from, out var targets))
                        uses[from] = targets = [];
                    if (!targets.TryGetValue(to, out var types))
                        targets[to] = types = [];
                    types.Add($"{Path.GetFileNameWithoutExtension(tree.FilePath)} uses {type.Name}");
                }
            }
        }
        return uses;
    }

    private static INamedTypeSymbol? TypeOf(ISymbol? symbol)
    {
        var type = symbol as INamedTypeSymbol ?? symbol?.ContainingType;
        while (type?.ContainingType is { } outer)
            type = outer;
        return type?.OriginalDefinition;
    }

    // The first folder below the project, "." for the project's own.
    private static string Room(string project, string path) =>
        Path.GetRelativePath(project, path).Split(Path.DirectorySeparatorChar) is [var room, _, ..] ? room : ".";

    private static HashSet<string> Reached(Dictionary<string, Dictionary<string, SortedSet<string>>> uses, string start)
    {
        var (reached, open) = (new HashSet<string>(), new Stack<string>([start]));
        while (open.TryPop(out var folder))
        {
            foreach (var next in uses.GetValueOrDefault(folder, []).Keys.Where(reached.Add))
                open.Push(next);
        }
        return reached;
    }
}
