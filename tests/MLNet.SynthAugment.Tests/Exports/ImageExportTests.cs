using System.IO.Compression;
using System.Text.Json.Nodes;
using SixLabors.ImageSharp;

namespace MLNet.SynthAugment.Tests.Exports;

/// <summary>Images as other tools read them, also under labels that are no names for folders.</summary>
public sealed class ImageExportTests : IDisposable
{
    private static readonly string[] s_labels =
        ["Tulip", "tulip", "../../etc/passwd", "..", "con", "a/b", "a\\b", "a_b", "rosé", "rose\u0301", "花", "🌷", "🌻",
        " spaced ", "\"quoted\", with comma\nand line", "x" + new string('y', 400), "x" + new string('y', 401)];

    private readonly Fitting _fitting = new();

    public void Dispose() => _fitting.Dispose();

    private SynthesizeFewShotTransformer Fit(IReadOnlyList<string> labels)
    {
        var rows = labels.Select((label, number) =>
        {
            using var image = Drawings.Draw(number % 3, number);
            using var bytes = new MemoryStream();
            image.SaveAsPng(bytes);
            return new Drawing { Label = label, Bytes = bytes.ToArray() };
        }).ToList();
        return _fitting.Fit(_fitting.ML.Data.LoadFromEnumerable(rows), _fitting.Options("Bytes", perClass: 2));
    }

    private static List<string> Files(string folder) =>
        [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    [Fact]
    public void A_tree_has_a_folder_a_class_whatever_the_label_and_a_manifest_that_names_each_image()
    {
        var fitted = Fit(s_labels);
        var folder = _fitting.Folder["export"];
        fitted.ExportImages(folder);
        var files = Files(folder);
        Assert.Equal((2 * s_labels.Length) + 2, files.Count);
        var folders = files.Where(file => file.EndsWith(".png", StringComparison.Ordinal))
            .Select(file => file.Split('/')).ToList();
        Assert.All(folders, parts => Assert.Equal(2, parts.Length));
        var names = folders.Select(parts => parts[0]).Distinct().ToList();
        Assert.Equal(s_labels.Length, names.Select(name => name.Normalize().ToUpperInvariant()).Distinct().Count());
        Assert.All(names, name => Assert.Matches(@"^[\p{L}\p{N}\p{M} _.-]{1,80}$", name));
        Assert.DoesNotContain(names, name => name.StartsWith('.') || name.EndsWith('.') || name.EndsWith(' ')
            || name.Equals("con", StringComparison.OrdinalIgnoreCase));
        Assert.Contains("花", names);
        Assert.Contains("a_b", names);

        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "manifest.json")))!.AsArray();
        Assert.Equal(s_labels.Order(StringComparer.Ordinal),
            manifest.Select(row => (string)row!["label"]!).Distinct().Order(StringComparer.Ordinal));
        Assert.All(manifest, row => Assert.Contains((string)row!["file"]!, files));
        var csv = File.ReadAllText(Path.Combine(folder, "manifest.csv"));
        Assert.StartsWith("file,label,number,method,prompt,seed,steps,guidance_scale,scheduler,model_sha256,adapter_sha256,source_row,", csv);
        Assert.Contains(",\"\"\"quoted\"\", with comma\nand line\",0,ShiftedShots,", csv);
        Assert.Equal(1 + (2 * s_labels.Length), csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void The_manifest_tells_the_provenance()
    {
        var options = _fitting.Options(perClass: 1);
        options.Method = new PlannedImages();
        var fitted = _fitting.Fit(_fitting.ML.Data.LoadFromEnumerable(_fitting.WriteShots()), options);
        fitted.ExportImages(_fitting.Folder["export"]);
        var row = JsonNode.Parse(File.ReadAllText(_fitting.Folder["export/manifest.json"]))![1]!;
        Assert.Equal(("dog/000000.png", "dog", "PlannedImages", "a photo of a dog", 11, 20, 2.5, "DdimScheduler"),
            ((string)row["file"]!, (string)row["label"]!, (string)row["method"]!, (string)row["prompt"]!,
                (int)row["seed"]!, (int)row["steps"]!, (double)row["guidance_scale"]!, (string)row["scheduler"]!));
        Assert.Equal((new string('a', 64), 0.25, true, 0.75f, """{"strength":0.5}"""),
            ((string)row["adapter_sha256"]!, (double)row["score"]!, (bool)row["accepted"]!,
                (float)row["soft_labels"]!["dog"]!, (string)row["details"]!));
        Assert.Equal(1, (int)row["source_row"]! % 3);
    }

    [Fact]
    public void A_zip_holds_the_same_and_equal_images_give_equal_files()
    {
        var fitted = Fit(s_labels);
        fitted.ExportImages(_fitting.Folder["export"]);
        fitted.ExportZip(_fitting.Folder["one.zip"]);
        fitted.ExportZip(_fitting.Folder["two.zip"]);
        fitted.ExportZip(_fitting.Folder["two.zip"]);
        Assert.Equal(File.ReadAllBytes(_fitting.Folder["one.zip"]), File.ReadAllBytes(_fitting.Folder["two.zip"]));
        ZipFile.ExtractToDirectory(_fitting.Folder["one.zip"], _fitting.Folder["extracted"]);
        Assert.Equal(Files(_fitting.Folder["export"]), Files(_fitting.Folder["extracted"]));
        Assert.All(Files(_fitting.Folder["export"]),
            file => Assert.Equal(File.ReadAllBytes(_fitting.Folder["export/" + file]),
                File.ReadAllBytes(_fitting.Folder["extracted/" + file])));
    }

    [Fact]
    public void A_folder_with_content_is_left_alone()
    {
        var fitted = Fit(["tulip"]);
        Assert.Contains("is not empty",
            Assert.Throws<IOException>(() => fitted.ExportImages(fitted.StoreFolder)).Message);
    }
}
