using MLNet.SynthAugment.Cli.Draw;
using MLNet.SynthAugment.Cli.Hosting;
using SixLabors.ImageSharp;

namespace MLNet.SynthAugment.Cli.Tests.Draw;

public sealed class DrawCommandTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("draw").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task A_set_has_its_classes_and_splits_and_no_drawing_twice()
    {
        Assert.Equal(0, await Run(
            "--out", In("set"), "--classes", "3", "--train", "4", "--val", "2", "--test", "5", "--size", "24"));
        Assert.Equal(["test", "train", "val"],
            Directory.GetDirectories(In("set")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (var (split, count) in new[] { ("train", 4), ("val", 2), ("test", 5) })
        {
            var classes = Directory.GetDirectories(Path.Combine(In("set"), split));
            Assert.Equal(3, classes.Length);
            Assert.All(classes, folder => Assert.Equal(count, Directory.GetFiles(folder).Length));
        }
        var drawings = Bytes(In("set")).Values;
        Assert.Equal(drawings.Count, drawings.Distinct().Count());
        using var image = Image.Load(Directory.GetFiles(In("set"), "*.png", SearchOption.AllDirectories)[0]);
        Assert.Equal((24, 24), (image.Width, image.Height));
    }

    [Fact]
    public async Task The_seed_alone_decides_what_is_drawn()
    {
        Assert.Equal(0, await Run("--out", In("first"), "--classes", "2", "--train", "2", "--val", "0", "--test", "0"));
        Assert.Equal(0, await Run("--out", In("again"), "--classes", "2", "--train", "2", "--val", "0", "--test", "0"));
        Assert.Equal(0, await Run(
            "--out", In("other"), "--classes", "2", "--train", "2", "--val", "0", "--test", "0", "--seed", "7"));
        var first = Bytes(In("first"));
        Assert.Equal(4, first.Count);
        Assert.Equal(first, Bytes(In("again")));
        Assert.All(Bytes(In("other")), drawing => Assert.NotEqual(first[drawing.Key], drawing.Value));
    }

    [Fact]
    public async Task Numbers_that_make_no_set_are_refused()
    {
        Assert.NotEqual(0, await Run("--out", In("none"), "--classes", "0"));
        Assert.False(Directory.Exists(In("none")));
    }

    private static Task<int> Run(params string[] arguments) =>
        CommandErrors.ReportAsync(
            () => DrawCommand.Create().Parse(arguments).InvokeAsync(new() { EnableDefaultExceptionHandler = false }));

    private static Dictionary<string, string> Bytes(string folder) =>
        Directory.GetFiles(folder, "*.png", SearchOption.AllDirectories)
        .ToDictionary(file => Path.GetRelativePath(folder, file),
            file => System.Convert.ToBase64String(File.ReadAllBytes(file)));

    private string In(string name) => Path.Combine(_root, name);
}
