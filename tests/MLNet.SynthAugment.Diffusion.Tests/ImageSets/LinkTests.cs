using System.Text;
using MLNet.SynthAugment.Diffusion.ImageSets;
using MLNet.SynthAugment.Diffusion.Tests.Pretraining;

namespace MLNet.SynthAugment.Diffusion.Tests.ImageSets;

/// <summary>Links in folders: each image counts once, and no link leads in a circle.</summary>
public sealed class LinkTests : IDisposable
{
    private readonly ImageSetFixture _files = new();

    public LinkTests()
    {
        _files.AddFile("set/cat/1.png", [1]);
        _files.AddFile("set/dog/2.png", [1]);
    }

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("latest", ".")]
    [InlineData("cat/all", "..")]
    [InlineData("cat/all", "..", "dog/all", "..")]
    [InlineData("a", "cat", "b", "a")]
    [InlineData("cat/up", "../..")]
    [InlineData("root", "/")]
    public void LinksToWhatIsThereAlreadyAreToldAndNotFollowed(params string[] links)
    {
        foreach (var link in links.Chunk(2))
            Link(link[0], link[1]);
        using var set = Open();
        Assert.Equal(["cat/1.png", "dog/2.png"], set.Entries.Select(entry => entry.Name));
        Assert.Empty(set.LeftOut);
        Assert.StartsWith($"{links.Length / 2} link", Assert.Single(set.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void AFolderElsewhereIsReadThroughALinkOnce()
    {
        _files.AddFile("shared/owls/3.png", [1]);
        File.CreateSymbolicLink(_files.PathOf("shared/owls/again"), _files.PathOf("shared"));
        Link("owl", "../shared/owls");
        Link("uhu", "../shared/owls");
        using var set = Open();
        Assert.Equal(["cat/1.png", "dog/2.png", "owl/3.png"], set.Entries.Select(entry => entry.Name));
        Assert.Contains("uhu", set.Notes[0]);
    }

    [Fact]
    public void AnImageWithSeveralPathsCountsUnderItsOwnAndIsTold()
    {
        Link("cat/0.png", "1.png");
        Link("dog/0.png", "../cat/1.png");
        using var set = Open();
        Assert.Equal(["cat/1.png", "dog/2.png"], set.Entries.Select(entry => entry.Name));
        Assert.Equal(["cat/0.png", "dog/0.png"], set.Repeated);
        Assert.StartsWith("2 paths lead by links to images that are in the set already", Assert.Single(set.Notes),
            StringComparison.Ordinal);
    }

    [Fact]
    public void AClassOfNothingButLinksToAnotherIsAnError()
    {
        Link("best/0.png", "../cat/1.png");
        Assert.Contains("'best' (its images are links", Assert.Throws<InvalidDataException>(Open).Message);
    }

    [Fact]
    public void BrokenLinksAndCirclesAreNamed()
    {
        Link("cat/gone.png", "nowhere.png");
        Link("cat/ring.png", "ring2.png");
        Link("cat/ring2.png", "ring.png");
        using (var set = Open())
            Assert.Equal([("cat", "cat/gone.png"), ("cat", "cat/ring.png"), ("cat", "cat/ring2.png")],
                set.LeftOut.Select(file => (file.ClassName, file.Name)));
        // A class whose disk is not there.
        Link("owl", "/nowhere/owls");
        Assert.Contains("'owl' (the link leads nowhere)", Assert.Throws<InvalidDataException>(Open).Message);
    }

    [Fact]
    public void ALinksSizeIsItsTargets()
    {
        var target = _files.PathOf("large.png");
        using (var stream = File.Create(target))
            stream.SetLength(24 << 20);
        Link("cat/large.png", target);
        using var set = Open();
        var entry = Assert.Single(set.Entries, entry => entry.Name == "cat/large.png");
        Assert.Equal(24 << 20, entry.Length);
        Assert.True(BoundedImageDecoder.TryRead(entry, out _, out var reason), reason);
    }

    [Fact]
    public void LinksIntoAHiddenCacheAsDvcMakesThemAreImages()
    {
        _files.AddFile("set/.dvc/cache/files/md5/0a/bc", [1]);
        Link("cat/3.png", "../.dvc/cache/files/md5/0a/bc");
        using var set = Open();
        Assert.Equal(["cat/1.png", "cat/3.png", "dog/2.png"], set.Entries.Select(entry => entry.Name));
        Assert.Empty(set.Notes);
    }

    [Theory]
    [InlineData("data/datasets--me--pets")]
    [InlineData("data/datasets--me--pets/snapshots/0a1b")]
    public void HuggingFacesCacheIsReadByTheNamesOfItsSnapshot(string path)
    {
        foreach (var (name, blob) in new[] { ("train/cat/1.png", "aa"), ("train/dog/2.png", "bb"),
            ("test/cat/3.png", "cc") })
        {
            _files.AddFile($"data/datasets--me--pets/blobs/{blob}",
                [0x89, .. "PNG\r\n\u001a\n"u8, .. Encoding.ASCII.GetBytes(blob)]);
            Make(_files.PathOf($"data/datasets--me--pets/snapshots/0a1b/{name}"), $"../../../../blobs/{blob}");
        }
        Directory.CreateDirectory(_files.PathOf("data/datasets--me--pets/snapshots/ffff"));
        _files.AddFile("data/datasets--me--pets/refs/main", "0a1b"u8.ToArray());
        using var set = ImageSetReader.Open(new(_files.PathOf(path), "train"));
        Assert.Equal(["train/cat/1.png", "train/dog/2.png"], set.Entries.Select(entry => entry.Name));
        Assert.Empty(set.Notes);
    }

    [Fact]
    public void AnImageThatIsAlsoATestImageIsNotLearntFrom()
    {
        _files.AddFile("split/all/1.png", [1]);
        foreach (var (link, target) in new[] { ("train/cat/1.png", "1.png"), ("train/cat/2.png", "2.png"),
            ("test/cat/1.png", "1.png") })
        {
            _files.AddFile($"split/all/{target}", [1]);
            Make(_files.PathOf($"split/{link}"), $"../../all/{target}");
        }
        using var train = ImageSetReader.Open(new(_files.PathOf("split"), "train"));
        Assert.Equal(["train/cat/2.png"], train.Entries.Select(entry => entry.Name));
        Assert.Equal(["train/cat/1.png"], train.Repeated);
    }

    [Fact]
    public void LinksInAZipAreNamed()
    {
        var zip = new RawZip().Add("cat/1.png"u8.ToArray(), [1])
            .Add("cat/2.png"u8.ToArray(), "1.png"u8.ToArray(), unixMode: 0xA1FF).Save(_files.PathOf("links.zip"));
        using var set = ImageSetReader.Open(new(zip));
        Assert.Equal(["cat/1.png"], set.Entries.Select(entry => entry.Name));
        Assert.Contains("link", Assert.Single(set.LeftOut).Reason);
    }

    private ImageSetReader Open() => ImageSetReader.Open(new(_files.PathOf("set")));

    private void Link(string path, string target) => Make(_files.PathOf($"set/{path}"), target);

    private static void Make(string path, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.CreateSymbolicLink(path, target);
    }
}
