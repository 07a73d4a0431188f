using MLNet.SynthAugment.Diffusion.ImageSets;

namespace MLNet.SynthAugment.Diffusion.Tests.ImageSets;

public sealed class ImageSetReaderTests : IDisposable
{
    private readonly ImageSetFixture _files = new();

    [Fact]
    public void ASplitIsTakenFromTheLastColonOnly()
    {
        _files.AddFile("a/train/cat/1.png", []);
        Assert.Equal(new ImageSetLocation(_files.PathOf("a")), ImageSetLocation.Parse(_files.PathOf("a")));
        Assert.Equal(new ImageSetLocation(_files.PathOf("a"), "train"),
            ImageSetLocation.Parse(_files.PathOf("a") + ":train"));
        Assert.Contains("nowhere",
            Assert.Throws<FileNotFoundException>(() => ImageSetLocation.Parse("nowhere:train")).Message);
    }

    [Fact]
    public void NestedFoldersAreOneClassAndOtherFilesAreIgnored()
    {
        _files.AddFile("set/Sanskrit/character07/b.png", [1]);
        _files.AddFile("set/Sanskrit/character07/a.JPG", [1]);
        _files.AddFile("set/cat/x.png", [1]);
        _files.AddFile("set/README.md", [1]);
        _files.AddFile("set/loose.png", [1]);
        var entries = ImageSetReader.Read(new(_files.PathOf("set"))).ToList();
        Assert.Equal(["Sanskrit character07", "Sanskrit character07", "cat"], entries.Select(e => e.ClassName));
        Assert.Equal(["Sanskrit/character07/a.JPG", "Sanskrit/character07/b.png", "cat/x.png"],
            entries.Select(e => e.Name));
    }

    [Fact]
    public void AZipIsReadLikeAFolderAndOnlyTheSplit()
    {
        var zip = _files.Zip("set.zip", ("test/cat/1.png", [1]), ("train/cat/2.png", [2]), ("train\\dog\\4.png", [4]));
        var entries = ImageSetReader.Read(new(zip, "train"));
        Assert.Equal(["train/cat/2.png", "train/dog/4.png"], entries.Select(e => e.Name));
        Assert.Equal([2, 4], ImageSetReader.Read(new(zip, "train"))
            .Select(e => { using var s = e.Open(); return s.ReadByte(); }));
    }

    [Fact]
    public void TheIndexBesideAZipRanksImages()
    {
        var zip = _files.Zip("set.zip", ("train/cat/a.png", [1]), ("train/cat/b.png", [1]));
        File.WriteAllText(_files.PathOf("index.csv"), "split,class,file,rank,width\ntrain,cat,b.png,0,9\n");
        Assert.Equal([null, 0], ImageSetReader.Read(new(zip, "train")).Select(entry => entry.Rank));
        File.WriteAllText(_files.PathOf("index.csv"), "split,class,file,rank,width\ntrain,cat,b.png,first,9\n");
        Assert.Contains("line 2", Error(new(zip, "train")));
        File.WriteAllText(_files.PathOf("index.csv"), "name,price\n");
        var warnings = new List<string>();
        Assert.Equal(2, ImageSetReader.Read(new(zip, "train"), warnings.Add).Count());
        Assert.Contains("index.csv", Assert.Single(warnings));
    }

    [Fact]
    public void ErrorsSayWhatIsThere()
    {
        _files.AddFile("set/train/cat/1.png", [1]);
        _files.AddFile("set/test/cat/1.png", [1]);
        Assert.Contains(":test", Error(new(_files.PathOf("set"))));
        Assert.Contains("test, train", Error(new(_files.PathOf("set"), "val")));
        Assert.Contains("zip", Error(new(_files.AddFile("broken.zip", [1, 2, 3]))));
    }

    public void Dispose() => _files.Dispose();

    private static string Error(ImageSetLocation location) =>
        Assert.Throws<InvalidDataException>(() => ImageSetReader.Read(location).ToList()).Message;
}
