using System.Text;
using MLNet.SynthAugment.Diffusion.ImageSets;

namespace MLNet.SynthAugment.Diffusion.Tests.ImageSets;

/// <summary>
/// Random folders and zips: names, depths, wrappers, splits, formats, links and code pages. Reading ends, and nothing
/// is lost without a word: the images of all
/// splits, and what is named as left out or repeated, are what is there.
/// </summary>
public sealed class ImageSetFuzzTests
{
    [Fact]
    public void NothingIsLostWithoutAWord() => Check(first: 0, count: 300);

    [LongFact]
    public void NothingIsLostWithoutAWordInManySets() => Check(first: 1000, count: 5_000);

    private static void Check(int first, int count)
    {
        var read = 0;
        for (var seed = first; seed < first + count; seed++)
        {
            var folder = Directory.CreateTempSubdirectory("image-set-fuzz-").FullName;
            try
            {
                var set = new RandomImageSet(seed, folder);
                read += IsRead(set, seed) ? 1 : 0;
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        // Doubt is an error, but most sets are clear.
        Assert.InRange(read, count / 2, count);
    }

    private static bool IsRead(RandomImageSet set, int seed)
    {
        ImageSetLayout layout;
        try
        {
            layout = ImageSetReader.LayoutOf(new(set.Path));
        }
        catch (InvalidDataException error)
        {
            Assert.Contains("--split", error.Message);
            layout = ImageSetReader.LayoutOf(new(set.Path, "."));
            Assert.Equal("", layout.ClassFolder);
            CheckAll(set, [new ImageSetLocation(set.Path, ".")], seed);
            return false;
        }
        CheckAll(set, layout.ClassFolder is not null ? [new(set.Path)]
            : [.. layout.Splits.Select(split => new ImageSetLocation(set.Path, split.Path))], seed);
        return true;
    }

    private static void CheckAll(RandomImageSet set, List<ImageSetLocation> locations, int seed)
    {
        var (entries, leftOut, repeated) = (new List<string>(), new HashSet<string>(), new List<string>());
        foreach (var location in locations)
        {
            using var reader = ImageSetReader.Survey(location);
            entries.AddRange(reader.Entries.Select(entry => entry.Name));
            leftOut.UnionWith(reader.LeftOut.Select(file => file.Name));
            repeated.AddRange(reader.Repeated);
            Assert.All(reader.Entries, entry => Assert.NotEmpty(entry.ClassName));
            Assert.DoesNotContain(reader.Entries, entry => entry.ClassName.Contains('\uFFFD'));
            CheckVanished(reader, location, seed);
        }
        Assert.True(entries.Count == entries.Distinct().Count(), $"Seed {seed}: an image counts twice.");
        entries = [.. entries.Select(set.WithoutFolderLinks)];
        Assert.True(entries.Count == entries.Distinct().Count(), $"Seed {seed}: an image counts twice by links.");
        repeated = [.. repeated.Concat(repeated.Select(set.WithoutFolderLinks))];
        var told = entries.Concat(leftOut).Concat(repeated).ToHashSet();
        AssertSame(set.Images, told.Intersect(set.Images), $"Seed {seed}: lost");
        AssertSame(entries, entries.Where(set.Readable.Contains), $"Seed {seed}: read, but no image");
        AssertSame([], told.Intersect(set.OtherFiles), $"Seed {seed}: no image, but told");
    }

    /// <summary>Classes with files but without an image make an error that names them.</summary>
    private static void CheckVanished(ImageSetReader reader, ImageSetLocation location, int seed)
    {
        var classes = reader.Entries.Select(entry => entry.ClassName).ToHashSet();
        var lost = reader.LeftOut.Select(file => file.ClassName)
            .Where(name => name.Length > 0 && !classes.Contains(name)).ToHashSet();
        try
        {
            using var opened = ImageSetReader.Open(location);
            Assert.True(lost.Count == 0, $"Seed {seed}: {string.Join(", ", lost)} vanish without a word.");
        }
        catch (InvalidDataException error)
        {
            Assert.All(lost.Take(3), name =>
                Assert.True(lost.Count > 10 || error.Message.Contains($"'{name}'", StringComparison.Ordinal),
                $"Seed {seed}: {error.Message}"));
        }
    }

    private static void AssertSame(IEnumerable<string> expected, IEnumerable<string> actual, string what) =>
        Assert.True(!expected.Except(actual).Any(), $"{what}: {string.Join(", ", expected.Except(actual))}");

    /// <summary>A set whose files are known.</summary>
    private sealed class RandomImageSet
    {
        private static readonly string[] s_splits =
            ["train", "Training", "training_set", "seg_train", "val", "valid", "dev", "test", "Test", "test_set",
            "eval", "pretrain"];
        private static readonly string[] s_classes =
            ["cat", "dog", "Äpfel", "りんご", "a b", "x'y", "con", "ﬁg", "Cafe\u0301", "7", "steam train", "docs", "🦜"];
        private static readonly string[] s_westernClasses = ["cat", "Äpfel", "Übung", "été", "dog", "naïve"];
        private static readonly string[] s_japaneseClasses = ["りんご", "猫", "表示", "ネコ", "犬"];

        private readonly Random _random;
        private readonly List<(string Path, byte[] Content)> _files = [];
        private readonly Dictionary<string, string> _folderLinks = new(StringComparer.Ordinal);
        private readonly string[] _classes;

        public RandomImageSet(int seed, string folder)
        {
            _random = new Random(seed);
            var isZip = _random.Next(2) == 0;
            // 0: a folder, or a zip whose names are said to be UTF-8.
            var codePage = isZip ? Pick(0, 0, 932, 437, 1252, 65001) : 0;
            _classes = codePage switch { 932 => s_japaneseClasses, 437 or 1252 => s_westernClasses, _ => s_classes };
            var top = Wrapped("");
            foreach (var split in _random.Next(3) == 0 ? [top] : Several(s_splits, 3).Select(split => Join(top, split)))
                AddClasses(_random.Next(4) == 0 ? Join(split, split[(split.LastIndexOf('/') + 1)..]) : split);
            if (_random.Next(3) == 0)
                AddFiles(Join(top, Pick("docs", "__MACOSX", "extra", ".git")));
            if (_random.Next(3) == 0)
                AddFiles(top);
            Path = System.IO.Path.Combine(folder, isZip ? "set.zip" : "set");
            foreach (var (path, content) in _files)
                Count(path, content);
            if (isZip)
                WriteZip(codePage);
            else
                WriteFolder(folder);
        }

        public string Path { get; }

        /// <summary>The path to which a path leads by a link to a folder of the set.</summary>
        public string WithoutFolderLinks(string path)
        {
            foreach (var (link, target) in _folderLinks)
            {
                if (path.StartsWith(link + "/", StringComparison.Ordinal))
                    return target == "." ? path[(link.Length + 1)..] : target + path[link.Length..];
            }
            return path;
        }

        /// <summary>The paths of all images, readable or not, and of broken links.</summary>
        public HashSet<string> Images { get; } = [];

        public HashSet<string> Readable { get; } = [];

        public HashSet<string> OtherFiles { get; } = [];

        private void AddClasses(string folder)
        {
            foreach (var name in Several(_classes, 4))
            {
                var path = Join(folder, _random.Next(6) == 0 ? Join(Pick("group", "more"), name) : name);
                if (_random.Next(12) == 0)
                    path = Join(path, string.Join('/', Enumerable.Repeat("d", _random.Next(60))));
                AddFiles(path);
            }
        }

        private void AddFiles(string folder)
        {
            var count = _random.Next(5);
            for (var i = 0; i < count; i++)
            {
                byte[] png = [0x89, .. "PNG\r\n\u001a\n"u8, (byte)i];
                var (name, content) = _random.Next(10) switch
                {
                    0 => ($"{i}.jfif", (byte[])[0xFF, 0xD8, 0xFF, (byte)i]),
                    1 => ($"{i}", png),
                    2 => ($"{i}.heic", "\0\0\0\u0018ftypheic"u8.ToArray()),
                    3 => ($"{i}.ppm", "P6 1 1 255\n"u8.ToArray()),
                    4 => ($"{i}.txt", "a caption"u8.ToArray()),
                    5 => (Pick("Thumbs.db", ".DS_Store", "README.md", "index2.csv"), "text"u8.ToArray()),
                    _ => ($"{i}.png", png),
                };
                var path = Join(folder, name);
                if (!_files.Exists(file => file.Path == path))
                    _files.Add((path, content));
            }
        }

        private void Count(string path, byte[] content)
        {
            if (path.Split('/').Any(part => part.StartsWith('.') || part == "__MACOSX"))
                return;
            if (content[0] is not (0x89 or 0xFF or 0 or (byte)'P'))
                OtherFiles.Add(path);
            else if (Images.Add(path) && content[0] is 0x89 or 0xFF)
                Readable.Add(path);
        }

        private void WriteZip(int codePage)
        {
            var zip = new RawZip();
            var encoding = codePage == 0 ? Encoding.UTF8 : CodePagesEncodingProvider.Instance.GetEncoding(codePage)
                ?? Encoding.UTF8;
            foreach (var (path, content) in _files)
                zip.Add(encoding.GetBytes(_random.Next(3) == 0 ? path.Replace('/', codePage == 0 ? '\\' : '/') : path),
                    content, isUtf8: codePage == 0);
            zip.Save(Path);
        }

        private void WriteFolder(string folder)
        {
            Directory.CreateDirectory(Path);
            foreach (var (path, content) in _files)
            {
                var full = System.IO.Path.Combine(Path, path);
                Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
                File.WriteAllBytes(full, content);
            }
            var places = Directory.GetDirectories(Path, "*", SearchOption.AllDirectories)
                .Where(place => !place.Contains("/.", StringComparison.Ordinal)
                && !place.Contains("__MACOSX", StringComparison.Ordinal))
                .Append(Path).ToList();
            var links = _random.Next(4);
            for (var i = 0; i < links; i++)
                AddLink(places[_random.Next(places.Count)], i, folder);
            // To a folder of the set, which its name may call a split.
            if (_random.Next(3) == 0)
            {
                var (place, target) = (places[_random.Next(places.Count)], places[_random.Next(places.Count)]);
                var link = System.IO.Path.Combine(place, Pick("again", "test", "val"));
                if (System.IO.Path.Exists(link))
                    return;
                File.CreateSymbolicLink(link, target);
                _folderLinks[System.IO.Path.GetRelativePath(Path, link)] =
                    System.IO.Path.GetRelativePath(Path, target);
            }
        }

        private void AddLink(string place, int number, string folder)
        {
            var link = System.IO.Path.Combine(place, $"link{number}");
            var name = System.IO.Path.GetRelativePath(Path, link);
            switch (_random.Next(6))
            {
                case 0:
                    File.CreateSymbolicLink(link, ".");
                    break;
                case 1:
                    File.CreateSymbolicLink(link, "..");
                    break;
                case 2:
                    File.CreateSymbolicLink(link, folder);
                    break;
                case 3:
                    File.CreateSymbolicLink(link, $"link{number}");
                    Images.Add(name);
                    break;
                case 4 when Readable.Count > 0:
                    File.CreateSymbolicLink(link + ".png", System.IO.Path.Combine(Path, Readable.First()));
                    Images.Add(name + ".png");
                    Readable.Add(name + ".png");
                    break;
                default:
                    var elsewhere = Directory.CreateDirectory(System.IO.Path.Combine(folder, $"elsewhere{number}"))
                        .FullName;
                    File.WriteAllBytes(System.IO.Path.Combine(elsewhere, "1.png"),
                        [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
                    File.CreateSymbolicLink(System.IO.Path.Combine(elsewhere, "back"), Path);
                    File.CreateSymbolicLink(link, elsewhere);
                    Images.Add($"{name}/1.png");
                    Readable.Add($"{name}/1.png");
                    break;
            }
        }

        private string Wrapped(string path)
        {
            while (_random.Next(3) == 0)
                path = Join(path, Pick("photos", "data set", "v1.0", "download"));
            return path;
        }

        private List<string> Several(string[] of, int most) =>
            [.. Enumerable.Range(0, 1 + _random.Next(most)).Select(_ => Pick(of)).Distinct()];

        private T Pick<T>(params T[] of) => of[_random.Next(of.Length)];

        private static string Join(string folder, string name) =>
            folder.Length == 0 ? name : name.Length == 0 ? folder : $"{folder}/{name}";
    }
}
