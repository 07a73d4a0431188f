using MLNet.SynthAugment.Pretraining.ImageSets;

namespace MLNet.SynthAugment.Pretraining.Tests;

public sealed class PreparedImagesTests : IDisposable
{
    private const int Size = 16;
    private const int BombBytes = 80 << 20;
    private readonly ImageSetFixture _files = new();
    private readonly List<string> _warnings = [];

    [Fact]
    public void UnreadableImagesAreNamedAndLeftOut()
    {
        var good = File.ReadAllBytes(_files.AddDrawing("good.png"));
        var zip = _files.Zip("set.zip",
            ("cat/bomb.png", new byte[BombBytes]), ("cat/empty.png", []), ("cat/good.png", good),
                ("cat/text.png", "no image"u8.ToArray()), ("dog/cut.png", good[..60]), ("dog/good.png", good));
        using var images = Open(zip);
        Assert.Equal([new("cat", 0, 1, true), new ImageClass("dog", 1, 1, true)], images.Classes);
        Assert.Equal(["cat/bomb.png", "cat/empty.png", "cat/text.png", "dog/cut.png"],
            _warnings.Select(warning => warning.Split(' ')[0]));
        Assert.Contains("16 MiB", _warnings[0]);
    }

    [Fact]
    public void PixelsComeBackAndAreNotDecodedTwice()
    {
        _files.AddDrawing("set/cat/1.png");
        _files.AddFile("set/cat/2.png", [0]);
        var first = new byte[Size * Size * 3];
        using (var images = Open(_files.PathOf("set")))
            images.Read(0, first);
        Assert.Single(_warnings);
        Assert.Contains(first, level => level < 128);

        var second = new byte[first.Length];
        using (var images = Open(_files.PathOf("set")))
            images.Read(0, second);
        Assert.Single(_warnings);
        Assert.Equal(first, second);

        _files.AddDrawing("set/cat/3.png");
        using (var images = Open(_files.PathOf("set")))
            Assert.Equal(2, images.Classes.Single().Count);
    }

    [Fact]
    public void ExcludedClassesAreNotThere()
    {
        _files.AddDrawing("set/Korean/a/1.png");
        _files.AddDrawing("set/Greek/a/1.png");
        using var images = Open(_files.PathOf("set"), name => name.StartsWith("Korean", StringComparison.Ordinal));
        Assert.Equal("Greek a", images.Classes.Single().Name);
    }

    [Fact]
    public void AClassWithoutAUsableImageIsAnErrorUnlessItIsExcluded()
    {
        _files.AddDrawing("set/cat/1.png");
        _files.AddDrawing("set/dog/1.png");
        _files.AddFile("set/emu/cut.png", [0x89, (byte)'P']);
        _files.AddFile("set/owl/1.heic", "\0\0\0\u0018ftypheic"u8.ToArray());
        Assert.Contains("'owl' (it is a HEIC image",
            Assert.Throws<InvalidDataException>(() => Open(_files.PathOf("set"))).Message);
        Assert.Contains("'emu'",
            Assert.Throws<InvalidDataException>(() => Open(_files.PathOf("set"), name => name == "owl")).Message);
        using var images = Open(_files.PathOf("set"), name => name is "owl" or "emu");
        Assert.Equal(["cat", "dog"], images.Classes.Select(found => found.Name));
    }

    [Fact]
    public void ASetWithoutAUsableImageIsAnError()
    {
        _files.AddFile("set/cat/1.png", [0]);
        Assert.Contains("No image", Assert.Throws<InvalidDataException>(() => Open(_files.PathOf("set"))).Message);
    }

    public void Dispose() => _files.Dispose();

    private PreparedImages Open(string path, Predicate<string>? excluded = null) =>
        PreparedImages.Open(_files.PathOf("prepared"), [new(path)], Size, excluded ?? (_ => false), _warnings.Add,
            default);
}
