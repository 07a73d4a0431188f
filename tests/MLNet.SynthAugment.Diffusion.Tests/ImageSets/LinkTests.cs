using System.Text;
using MLNet.SynthAugment.Diffusion.ImageSets;

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
        using var set = Open();
        Assert.Equal(["cat/1.png", "dog/2.png", "owl/3.png"], set.Entries.Select(entry => entry.Name));
        Assert.Contains("owl/again", set.Notes[0]);
    }

    [Theory]
    [InlineData("owl uhu", "uhu", "'uhu' leads to the images of 'owl'")]
    [InlineData("uhu", "", "")]
    [InlineData("a/owl b/owl", "b owl", "'b/owl' leads to the images of 'a/owl'")]
    public void AClassThatWouldVanishThroughALinkToAFolderIsAnErrorThatNamesIt(
        string links, string lost, string expected)
    {
        _files.AddFile("shared/owls/3.png", [1]);
        foreach (var link in links.Split(' '))
            Link(link, _files.PathOf("shared/owls"));
        using var set = ImageSetReader.Survey(new(_files.PathOf("set")));
        Assert.Single(set.Entries, entry => entry.Name.EndsWith("/3.png", StringComparison.Ordinal));
        Assert.Equal(lost, string.Join(',', set.Vanished.Select(found => found.ClassName)));
        if (lost.Length == 0)
            return;
        var error = Assert.Throws<InvalidDataException>(Open).Message;
        Assert.Contains($"'{lost}' (its images are links to those of other classes or splits: {expected})", error);
    }

    [Fact]
    public void LinksToClassesOfTheSetAreClassesThatWouldVanish()
    {
        Link("a", "cat");
        Link("b", "a");
        using var set = ImageSetReader.Survey(new(_files.PathOf("set")));
        Assert.Equal(["cat/1.png", "dog/2.png"], set.Entries.Select(entry => entry.Name));
        Assert.Equal(["a/1.png", "b/1.png"], set.Repeated);
        Assert.Contains("'a' leads to the images of 'cat'", Assert.Throws<InvalidDataException>(Open).Message);
    }

    [Fact]
    public void ALinkBesideWhatWrapsTheClassesIsToldAlone()
    {
        _files.AddFile("wrapped/v1/cat/1.png", [1]);
        _files.AddFile("wrapped/v1/dog/2.png", [1]);
        Make(_files.PathOf("wrapped/latest"), "v1");
        using var set = ImageSetReader.Open(new(_files.PathOf("wrapped")));
        Assert.Equal(["v1/cat/1.png", "v1/dog/2.png"], set.Entries.Select(entry => entry.Name));
        Assert.Equal(["latest/cat/1.png", "latest/dog/2.png"], set.Repeated);
        Assert.Empty(set.LeftOut);
    }

    // Class folders of both splits are links, whole splits are, or one links to the other.
    [Theory]
    [InlineData("train/cat test/cat", "../../all/cat", "all/cat/1.png",
        "'train/cat' leads to the images of 'test/cat'")]
    [InlineData("train test", "../all", "all/cat/1.png", "'train' leads to the images of 'test/cat'")]
    [InlineData("train val", "../all", "all/cat/1.png", "'train' leads to the images of 'val/cat'")]
    [InlineData("mnist_train mnist_test", "../all", "all/cat/1.png",
        "'mnist_train' leads to the images of 'mnist_test/cat'")]
    [InlineData("train/cat", "../test/cat", "two/test/cat/1.png", "'train/cat' leads to the images of 'test/cat'")]
    [InlineData("test/cat", "../train/cat", "two/train/cat/1.png", "'test/cat' leads to them as 'test/cat'")]
    [InlineData("test", "train", "two/train/cat/1.png", "'test' leads to them as 'test/cat'")]
    [InlineData("train", "test", "two/test/cat/1.png", "'train' leads to the images of 'test/cat'")]
    public void WhatATestSplitLinksToByAFolderIsNotLearntFrom(string links, string target, string file, string expected)
    {
        _files.AddFile(file, [1]);
        foreach (var link in links.Split(' '))
            Make(_files.PathOf($"two/{link}"), target);
        var layout = ImageSetReader.LayoutOf(new(_files.PathOf("two")));
        Assert.Equal(2, layout.Splits.Count);
        foreach (var split in layout.Splits)
        {
            using var read = ImageSetReader.Survey(new(_files.PathOf("two"), split.Path));
            if (split.Role == SplitRole.Train)
            {
                Assert.Empty(read.Entries);
                var error = Assert.Throws<InvalidDataException>(() =>
                    ImageSetReader.Open(new(_files.PathOf("two"), split.Path)));
                Assert.Contains("'cat' (its images are", error.Message);
                Assert.Contains(expected, error.Message);
            }
            else
            {
                Assert.Equal([$"{split.Path}/cat/1.png"], read.Entries.Select(entry => entry.Name));
                Assert.Empty(read.Vanished);
            }
        }
    }

    [Fact]
    public void ATestSplitsLinkThatIsReachedByALinkCountsToo()
    {
        _files.AddFile("elsewhere/b/2.png", [1]);
        _files.AddFile("elsewhere/a/1.png", [1]);
        Make(_files.PathOf("elsewhere/a/sub"), "../b");
        _files.AddFile("two/train/dog/3.png", [1]);
        Make(_files.PathOf("two/train/cat"), "../../elsewhere/b");
        Make(_files.PathOf("two/test/cat"), "../../elsewhere/a");
        using var train = ImageSetReader.Survey(new(_files.PathOf("two"), "train"));
        Assert.Equal(["train/dog/3.png"], train.Entries.Select(entry => entry.Name));
        Assert.Equal(["train/cat/2.png"], train.Repeated);
    }

    [Fact]
    public void LinksFromFolderToFolderEnd()
    {
        // Each of 12 folders leads to each: there are as many paths as orders of 12.
        for (var from = 0; from < 12; from++)
        {
            _files.AddFile($"set/{from}/1.png", [1]);
            for (var to = 0; to < 12; to++)
                Link($"{from}/like {to}", $"../{to}");
        }
        using var set = ImageSetReader.Survey(new(_files.PathOf("set")));
        Assert.Equal(14, set.Entries.Count);
        Assert.InRange(set.Repeated.Count, 1, 12 * 12);
    }

    [Fact]
    public void AFileThatCannotBeLookedAtIsNamed()
    {
        // Only Linux lists a folder whose files have paths that are too long.
        if (!OperatingSystem.IsLinux())
            return;
        var part = new string('d', 200);
        var inner = string.Join('/', Enumerable.Repeat(part, 9));
        _files.AddFile($"inner/{inner}/{new string('f', 200)}.png", [1]);
        var outer = Directory.CreateDirectory(
            _files.PathOf($"set/cat/{string.Join('/', Enumerable.Repeat(part, 10))}")).FullName;
        // The folder's own path is as long as one may be.
        outer = Directory.CreateDirectory(
            Path.Combine(outer, new string('e', 4000 - outer.Length - 1 - inner.Length - 2))).FullName;
        Directory.Move(_files.PathOf("inner"), Path.Combine(outer, "i"));
        try
        {
            using var set = ImageSetReader.Survey(new(_files.PathOf("set")));
            Assert.Equal(["cat/1.png", "dog/2.png"], set.Entries.Select(entry => entry.Name));
            var leftOut = Assert.Single(set.LeftOut);
            Assert.EndsWith("f.png", leftOut.Name, StringComparison.Ordinal);
            Assert.Equal("its path is too long", leftOut.Reason);
        }
        finally
        {
            Directory.Move(Path.Combine(outer, "i"), _files.PathOf("inner"));
        }
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
