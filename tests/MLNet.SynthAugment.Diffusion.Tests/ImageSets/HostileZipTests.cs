using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using MLNet.SynthAugment.Diffusion.ImageSets;

namespace MLNet.SynthAugment.Diffusion.Tests.ImageSets;

/// <summary>Zips that are damaged or meant to harm.</summary>
public sealed class HostileZipTests : IDisposable
{
    private const int LocalHeader = 0x04034b50;
    private const int DirectoryHeader = 0x02014b50;
    private const int DirectoryEnd = 0x06054b50;

    private readonly ImageSetFixture _files = new();
    private readonly List<string> _warnings = [];

    public void Dispose() => _files.Dispose();

    [Fact]
    public void EntriesThatLeadOutOfTheZipAreNamedAndLeftOut()
    {
        var zip = _files.Zip("set.zip", ("../../evil/1.png", [1]), ("/etc/2.png", [2]), ("C:\\windows\\3.png", [3]),
            ("cat/../../4.png", [4]), ("cat/5.png", [5]));
        Assert.Equal(["cat/5.png"], Names(zip));
        var warning = Assert.Single(_warnings);
        Assert.StartsWith("4 are left out ('../../evil/1.png', '/etc/2.png', ", warning);
        Assert.EndsWith("), each because its path leads out of the zip.", warning);
    }

    [Fact]
    public void OfEntriesWithTheSameNameTheFirstCounts()
    {
        var zip = _files.Zip("set.zip", ("cat/1.png", [1]), ("cat\\1.png", [2]), ("Cat/1.png", [3]));
        using var reader = ImageSetReader.Open(new(zip), _warnings.Add);
        Assert.Equal(["Cat", "cat"], reader.Entries.Select(entry => entry.ClassName));
        Assert.Equal(1, FirstByte(reader.Entries[1]));
        Assert.Contains("1 is left out ('cat/1.png'): an earlier entry of the zip has the same path.",
            Assert.Single(_warnings));
    }

    [Fact]
    public void PartsOfAPathThatSayNothingAreDropped()
    {
        var zip = _files.Zip("set.zip", ("./", []), ("./cat/", []), ("./cat/1.png", [1]), ("dog/./2.png", [2]),
            (".\\owl\\.\\3.png", [3]), ("fox//4.png", [4]), ("cat/./../5.png", [5]), ("././cat/1.png", [6]));
        Assert.Equal(["cat/1.png", "dog/2.png", "fox/4.png", "owl/3.png"], Names(zip));
        Assert.Equal(
            [
                "1 is left out ('cat/../5.png'): its path leads out of the zip.",
                "Of class 'cat', 1 is left out ('cat/1.png'): an earlier entry of the zip has the same path.",
            ],
            _warnings.Order(StringComparer.Ordinal));
        var split = _files.Zip("split.zip", ("./photos/./train/cat/1.png", [1]), ("photos//test/./cat/2.png", [2]));
        using var train = ImageSetReader.Open(new(split, "train"));
        Assert.Equal(["photos/train/cat/1.png"], train.Entries.Select(entry => entry.Name));
        Assert.Equal("cat", train.Entries[0].ClassName);
    }

    [Fact]
    public void EncryptedEntriesAreNamedAndLeftOut()
    {
        var zip = _files.Zip("set.zip", ("cat/secret.png", [1]), ("cat/open.png", [2]));
        Patch(zip, (bytes, _) =>
        {
            bytes[Find(bytes, LocalHeader) + 6] |= 1;
            bytes[Find(bytes, DirectoryHeader) + 8] |= 1;
        });
        Assert.Equal(["cat/open.png"], Names(zip));
        Assert.Contains("encrypted", Assert.Single(_warnings));
        Assert.Contains("'cat/secret.png'", _warnings[0]);
    }

    [Fact]
    public void AZipInAZipIsNamedAndNotLookedInto()
    {
        var inner = File.ReadAllBytes(_files.Zip("inner.zip", ("cat/1.png", [1])));
        var zip = _files.Zip("set.zip", ("more/inner.zip", inner), ("dog/1.png", [1]));
        Assert.Equal(["dog/1.png"], Names(zip));
        Assert.Contains("'more/inner.zip'", Assert.Single(_warnings));
        Assert.Contains("unpack it first", _warnings[0]);
    }

    [Fact]
    public void AnEntryThatUnpacksToFarMoreThanItTakesIsReadNoFurtherThanTheLimit()
    {
        var zip = _files.Zip("set.zip", ("cat/bomb.png", new byte[40 << 20]));
        using var reader = ImageSetReader.Open(new(zip));
        var entry = Assert.Single(reader.Entries);
        Assert.False(BoundedImageDecoder.TryRead(entry, out _, out var reason));
        Assert.Equal("it holds more than 16 MiB, which is more than 200 times what it takes in the zip", reason);
        // A stated length that is too small helps nobody.
        Assert.False(BoundedImageDecoder.TryRead(entry with { Length = 1 }, out _, out _));
    }

    [Fact]
    public void AFileOfMoreThanTheLimitIsNotRead()
    {
        var path = _files.AddFile("set/cat/huge.bmp", []);
        using (var stream = File.OpenWrite(path))
            stream.SetLength(65L << 20);
        using var reader = ImageSetReader.Open(new(_files.PathOf("set")));
        Assert.False(BoundedImageDecoder.Default.TryDecode(Assert.Single(reader.Entries), out _, out var reason));
        Assert.Equal("it holds more than 64 MiB", reason);
    }

    [Fact]
    public void EntriesThatShareTheirBytesAreRefusedAsABomb()
    {
        var zip = _files.Zip("set.zip",
            ("cat/1.png", Enumerable.Range(0, 5000).Select(i => (byte)(i * i / 7)).ToArray()));
        // The directory's only record 200 times, all for the same bytes.
        Patch(zip, (bytes, stream) =>
        {
            var (directory, end) = (Find(bytes, DirectoryHeader), Find(bytes, DirectoryEnd));
            var record = bytes[directory..end];
            stream.Write(bytes.AsSpan(0, directory));
            for (var i = 0; i < 200; i++)
            {
                // A name as long as the one there.
                Encoding.ASCII.GetBytes($"{i:000}/1.png").CopyTo(record, 46);
                stream.Write(record);
            }
            var tail = bytes[end..];
            BinaryPrimitives.WriteUInt16LittleEndian(tail.AsSpan(8), 200);
            BinaryPrimitives.WriteUInt16LittleEndian(tail.AsSpan(10), 200);
            BinaryPrimitives.WriteInt32LittleEndian(tail.AsSpan(12), 200 * record.Length);
            stream.Write(tail);
        });
        Assert.Contains("zip bomb", Assert.Throws<InvalidDataException>(() => Names(zip)).Message);
    }

    [Fact]
    public void ThousandsOfEntriesAreListedInSeconds()
    {
        var watch = Stopwatch.StartNew();
        var zip = _files.Zip("set.zip",
            [.. Enumerable.Range(0, 30_000).Select(i => ($"class {i % 300}/{i}.png", new byte[] { 1 }))]);
        using var reader = ImageSetReader.Open(new(zip), _warnings.Add);
        Assert.Equal(30_000, reader.Entries.Count);
        Assert.Equal(300, reader.Entries.Select(entry => entry.ClassName).Distinct().Count());
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 30);
    }

    [Fact]
    public void LabelsOfAnyKindAreClasses()
    {
        string[] classes = ["猫", "🦜 parrot", new string('x', 2000), "con", "a'b\"c", "<script>", "%2e%2e"];
        var zip = _files.Zip("set.zip", [.. classes.Select(name => ($"{name}/1.png", new byte[] { 1 }))]);
        Assert.Equal(classes.Order(StringComparer.Ordinal),
            ImageSetReader.Read(new(zip)).Select(entry => entry.ClassName));
    }

    [Fact]
    public void WhatSystemsHideIsPassedOverAndLooseImagesAreTold()
    {
        var zip = _files.Zip("set.zip", ("__MACOSX/cat/._1.png", [1]), ("cat/.thumbs/2.png", [2]), ("loose.png", [3]),
            ("cat/4.png", [4]), ("//5.png", [5]));
        Assert.Equal(["cat/4.png"], Names(zip));
        Assert.Contains(_warnings, line =>
            line.StartsWith("1 is left out ('loose.png')", StringComparison.Ordinal)
            && line.Contains("no class folder", StringComparison.Ordinal));
    }

    [Fact]
    public void AZipThatBreaksOffIsAnErrorThatNamesIt()
    {
        var zip = _files.Zip("set.zip", ("cat/1.png", [1]), ("cat/2.png", [2]));
        var whole = File.ReadAllBytes(zip);
        for (var length = 0; length < whole.Length; length += 7)
        {
            File.WriteAllBytes(zip, whole[..length]);
            Assert.Contains(zip, Assert.Throws<InvalidDataException>(() => Names(zip)).Message);
        }
    }

    private List<string> Names(string path) =>
        [.. ImageSetReader.Read(new(path), _warnings.Add).Select(entry => entry.Name)];

    private static int FirstByte(ImageEntry entry)
    {
        using var stream = entry.Open();
        return stream.ReadByte();
    }

    private static int Find(byte[] bytes, int signature)
    {
        var pattern = BitConverter.GetBytes(signature);
        return bytes.AsSpan().IndexOf(pattern);
    }

    /// <summary>Changes a zip's bytes in place, or writes others instead.</summary>
    private static void Patch(string path, Action<byte[], MemoryStream> change)
    {
        var bytes = File.ReadAllBytes(path);
        using var replaced = new MemoryStream();
        change(bytes, replaced);
        File.WriteAllBytes(path, replaced.Length > 0 ? replaced.ToArray() : bytes);
    }
}
