using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;

namespace MLNet.SynthAugment.Cli.Tests.Generate;

public sealed class GenerateCommandTests : IDisposable
{
    private readonly GenerateFixture _files = new();

    public void Dispose() => _files.Dispose();

    private JsonNode Report => JsonNode.Parse(File.ReadAllText(_files.In("out", "report.json")))!;

    [Fact]
    public void A_run_writes_a_class_tree_a_report_a_sheet_and_settings_that_start_it_again()
    {
        var (exitCode, output) = GenerateFixture.Run(_files.QuickRun(_files.AddSet(), "--shots", "2", "--seed", "7"));
        Assert.True(exitCode == 0, output);
        Assert.Contains("6 synthetic images of 2 classes", output);
        var images = GenerateFixture.Images(_files.In("out", "images"));
        Assert.Equal(3, images.Keys.Count(path => path.StartsWith("cat", StringComparison.Ordinal)));
        Assert.Equal(3, images.Keys.Count(path => path.StartsWith("dog", StringComparison.Ordinal)));
        Assert.Equal(6, images.Values.Distinct().Count());
        Assert.True(File.Exists(_files.In("out", "contact-sheet.png")));
        Assert.Equal(["cat/0.png", "cat/1.png"],
            Report["Classes"]![0]!["Shots"]!.AsArray().Select(name => (string)name!));
        Assert.Equal(3, (int)Report["Classes"]![1]!["Synthetic"]!);

        // The settings alone give the same images elsewhere, and make nothing where they are there already.
        var settings = _files.In("out", "settings.json");
        (exitCode, output) = GenerateFixture.Run("--settings", settings);
        Assert.True(exitCode == 0, output);
        Assert.Contains("none has to be made", output);
        (exitCode, output) = GenerateFixture.Run(
            "--settings", settings, "--out", _files.In("again"), "--store", _files.In("other store"));
        Assert.True(exitCode == 0, output);
        Assert.Equal(images, GenerateFixture.Images(_files.In("again", "images")));
    }

    [Fact]
    public void Options_override_the_settings_file()
    {
        Assert.Equal(0, GenerateFixture.Run(_files.QuickRun(_files.AddSet())).ExitCode);
        var settings = _files.In("out", "settings.json");
        var (exitCode, output) =
            GenerateFixture.Run("--settings", settings, "--per-class", "4", "--set", "sampling.guidancescale=3.5",
                "--select",
            "none");
        Assert.True(exitCode == 0, output);
        var written = JsonNode.Parse(File.ReadAllText(settings))!;
        Assert.Equal(4, (int)written["PerClass"]!);
        Assert.Equal(3.5, (double)written["MethodSettings"]!["Sampling"]!["GuidanceScale"]!);
        Assert.Equal(2, (int)written["MethodSettings"]!["Training"]!["Rank"]!);
        Assert.Equal("Dataset", (string)written["MethodSettings"]!["Scope"]!);
        Assert.Equal(8, GenerateFixture.Images(_files.In("out", "images")).Count);
    }

    [Theory]
    [InlineData("Rnk=3", "no setting 'Rnk'. Did you mean 'Training.Rank'?", "Training.Rank = 2  (a whole number)")]
    [InlineData("SamplingSteps=3", "Did you mean 'Sampling.Steps'?", "")]
    [InlineData("trainingBatchSize=3", "Did you mean 'Training.BatchSize'?", "")]
    [InlineData("Sampling.Stps=3", "Did you mean 'Sampling.Steps'?", "")]
    [InlineData("Sampling.Steps=0", "Sampling.Steps", "")]
    [InlineData("Rank", "--set takes Name=Value", "Training.TrainTextEncoder = true  (true or false)")]
    [InlineData("Training.Rank=many", "'many' is not a whole number", "")]
    [InlineData("Scope=Both", "'Both' is not one of Dataset, Class", "")]
    [InlineData("Training.Rank=null", "'null' is not a whole number", "")]
    [InlineData("DatasetWord=null", "'null' is not a text", "")]
    [InlineData("Templates=null", "'null' is not a list, each item a text", "")]
    [InlineData("Templates=[\"a {class}\", null]", "is not a list, each item a text", "")]
    public void A_setting_that_the_method_lacks_is_an_error_that_lists_them(
        string assignment, string expected, string listed)
    {
        var (exitCode, output) = GenerateFixture.Run(_files.QuickRun(_files.AddSet(), "--set", assignment));
        Assert.Equal(1, exitCode);
        Assert.Contains(expected, output);
        Assert.Contains(listed, output);
        Assert.False(Directory.Exists(_files.In("out")));
    }

    [Theory]
    [InlineData("There is no method 'magic'. Methods: ", "--method", "magic")]
    [InlineData("--reference needs --select Class", "--reference", "shots")]
    [InlineData("--max-tries needs --select", "--max-tries", "3")]
    [InlineData("There is no image folder or zip file", "--images", "nowhere")]
    public void Errors_are_sentences(string expected, params string[] more)
    {
        var (exitCode, output) =
            GenerateFixture.Run([.. _files.QuickRun(_files.AddSet())
            .Where(argument => more[0] != "--images" || argument != "--images" && argument != _files.In("set")),
                .. more]);
        Assert.Equal(1, exitCode);
        Assert.Contains(expected, output);
    }

    [Fact]
    public void A_damaged_settings_file_is_an_error_that_names_it()
    {
        var path = _files.In("settings.json");
        foreach (var text in new[] { "{", "{\"Imges\": 1}", "[]", "null" })
        {
            File.WriteAllText(path, text);
            var (exitCode, output) = GenerateFixture.Run("--settings", path);
            Assert.Equal(1, exitCode);
            Assert.Contains(path, output);
        }
    }

    [Fact]
    public void Shots_are_the_first_by_the_index_and_come_from_the_train_split_alone()
    {
        foreach (var split in new[] { "train", "test" })
        {
            for (var i = 0; i < 3; i++)
                _files.AddImage(i + (split == "test" ? 9 : 0), "set", split, "cat", $"{i}.png");
        }
        File.WriteAllText(_files.In("set", "index.csv"),
            "split,class,file,rank\ntrain,cat,2.png,0\ntrain,cat,0.png,1\ntest,cat,1.png,0\n");
        Assert.Equal(0, GenerateFixture.Run(_files.QuickRun(_files.In("set"), "--shots", "2")).ExitCode);
        Assert.Equal(["train/cat/2.png", "train/cat/0.png"],
            Report["Classes"]![0]!["Shots"]!.AsArray().Select(name => (string)name!));
        Assert.EndsWith(":train", (string)Report["Settings"]!["Images"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void Splits_below_a_wrapping_folder_are_found_and_test_images_teach_nothing()
    {
        var zip = _files.AddZip(
            ("photos/Training/cat/1.png", GenerateFixture.Image(1)),
                ("photos/Training/dog/2.png", GenerateFixture.Image(2)),
            ("photos/Testing/cat/3.png", GenerateFixture.Image(3)), ("photos/docs/README.md", [1]),
                ("__MACOSX/photos/._x.png", [1]));
        var captions = _files.AddText("path,caption\nTraining/cat/1.png,a cat\ndog/2.png,a dog\n", "captions.csv");
        var (exitCode, output) = GenerateFixture.Run(_files.QuickRun(zip, "--captions", captions));
        Assert.True(exitCode == 0, output);
        Assert.Equal(["photos/Training/cat/1.png", "photos/Training/dog/2.png"],
            Report["Classes"]!.AsArray().SelectMany(found => found!["Shots"]!.AsArray()).Select(name => (string)name!));
        Assert.Equal($"{zip}:photos/Training", (string)_files.Settings["Images"]!);
        Assert.Contains("the split 'photos/Training' is read, not 'photos/Testing'; in 'photos/Training' are 2 images "
            + "of 2 classes: cat, dog.", output);
        Assert.DoesNotContain("have no caption", output);
    }

    [Theory]
    [InlineData("is divided into test, val, of which none is for training", "test/cat", "val/cat")]
    [InlineData("'test' is named like a split but lies beside 'cat', 'dog'", "test", "cat", "dog")]
    [InlineData("Several folders are named like a split 'Train': 'Training', 'train'", "train/cat", "Training/cat")]
    public void Where_it_is_not_sure_what_to_learn_from_the_user_is_asked(string expected, params string[] folders)
    {
        for (var i = 0; i < folders.Length; i++)
            _files.AddImage(i, ["set", .. folders[i].Split('/'), "1.png"]);
        var (exitCode, output) = GenerateFixture.Run(_files.QuickRun(_files.In("set")));
        Assert.Equal(1, exitCode);
        Assert.Contains(expected, output);
        Assert.False(Directory.Exists(_files.In("out")));
    }

    [Fact]
    public void A_class_called_test_is_one_if_the_user_says_so()
    {
        foreach (var (name, number) in new[] { ("test", 1), ("cat", 2) })
            _files.AddImage(number, "set", name, "1.png");
        var (exitCode, output) = GenerateFixture.Run(_files.QuickRun(_files.In("set"), "--split", "."));
        Assert.True(exitCode == 0, output);
        Assert.Equal(["cat", "test"], Report["Classes"]!.AsArray().Select(found => (string)found!["Class"]!));
        Assert.Contains("none has to be made",
            GenerateFixture.Run("--settings", _files.In("out", "settings.json")).Output);
    }

    [Fact]
    public void A_class_that_would_vanish_stops_the_run()
    {
        _files.AddSet();
        _files.AddText("P6 1 1 255\n", "set", "fig", "1.ppm");
        var (exitCode, output) = GenerateFixture.Run(_files.QuickRun(_files.In("set")));
        Assert.Equal(1, exitCode);
        Assert.Contains("'fig' (it is a PBM, PGM, PPM or PAM image", output);
    }

    [Fact]
    public void The_encoding_of_names_in_a_zip_is_an_option_and_a_setting()
    {
        using (var file = File.Create(_files.In("old.zip")))
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: false, Encoding.Latin1))
        {
            // "ß" in code page 850, "á" in 1252.
            using var entry = zip.CreateEntry("m\u00E1s/1.png").Open();
            entry.Write(GenerateFixture.Image(1));
        }
        foreach (var (encoding, name) in new[] { ("850", "mßs"), ("1252", "más") })
        {
            var (exitCode, output) =
                GenerateFixture.Run(_files.QuickRun(_files.In("old.zip"), "--zip-encoding", encoding));
            Assert.True(exitCode == 0, output);
            Assert.Equal(name, (string)Report["Classes"]![0]!["Class"]!);
            Assert.Equal(encoding, (string)_files.Settings["ZipEncoding"]!);
        }
        var (failed, told) = GenerateFixture.Run(_files.QuickRun(_files.In("old.zip"), "--zip-encoding", "none"));
        Assert.Equal(1, failed);
        Assert.Contains("There is no encoding 'none'", told);
    }

    [Fact]
    public void An_unreadable_image_is_named_and_the_next_one_taken()
    {
        _files.AddSet();
        File.WriteAllBytes(_files.In("set", "cat", "0.png"), GenerateFixture.Image(1)[..40]);
        File.WriteAllText(_files.In("set", "dog", "0.png"), "");
        var (exitCode, output) = GenerateFixture.Run(_files.QuickRun(_files.In("set"), "--shots", "4"));
        Assert.True(exitCode == 0, output);
        Assert.Contains("'cat/0.png' is left out: ", output);
        Assert.Contains("'dog/0.png' is left out: it is empty.", output);
        Assert.Contains("Class 'dog' has 3 readable images, fewer than the 4 asked for", output);
        Assert.Equal("cat/1.png", (string)Report["Classes"]![0]!["Shots"]![0]!);
    }

    [Fact]
    public void A_class_without_a_readable_image_is_refused_before_any_work()
    {
        _files.AddImage(1, "set", "cat", "1.png");
        Directory.CreateDirectory(_files.In("set", "dog"));
        File.WriteAllText(_files.In("set", "dog", "1.jpg"), "no image");
        var (exitCode, output) = GenerateFixture.Run(_files.QuickRun(_files.In("set")));
        Assert.Equal(1, exitCode);
        Assert.Contains("No image of class 'dog' can be read", output);
        Assert.Contains("'dog/1.jpg'", output);
    }

    [Fact]
    public void Hostile_class_names_of_a_zip_stay_inside_the_output_folder_and_apart()
    {
        string[] names = ["Cat", "cat", "🦜 parrot", "con", new string('x', 300), "ab:c*?", "-", "<b>&\"'"];
        var zip = _files.AddZip(
            [.. names.Select((name, i) => ($"{name}/1.png", GenerateFixture.Image(i))),
            ("../../evil/1.png", GenerateFixture.Image(20))]);
        var before = Directory.GetFileSystemEntries(_files.Root).ToHashSet();
        var (exitCode, output) = GenerateFixture.Run(_files.QuickRun(zip, perClass: 1, batch: 1));
        Assert.True(exitCode == 0, output);
        Assert.Contains("'../../evil/1.png'", output);
        Assert.Equal([_files.In("out")], Directory.GetFileSystemEntries(_files.Root).Except(before));
        var folders = Directory.GetDirectories(_files.In("out", "images")).Select(Path.GetFileName).ToList();
        Assert.Equal(names.Length, folders.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Equal(names.Length, GenerateFixture.Images(_files.In("out", "images")).Count);
        Assert.Equal(names.Order(StringComparer.Ordinal),
            Report["Classes"]!.AsArray().Select(found => (string)found!["Class"]!));
    }

    [Fact]
    public void Images_of_an_earlier_run_are_replaced_and_those_of_others_spared()
    {
        var run = _files.QuickRun(_files.AddSet());
        // What a run that was killed while it wrote the images leaves behind.
        _files.AddImage(1, "out", "images.unfinished", "cat", "1.png");
        Assert.Equal(0, GenerateFixture.Run(run).ExitCode);
        Assert.Equal(0, GenerateFixture.Run([.. run, "--seed", "2"]).ExitCode);
        Assert.Equal(6, GenerateFixture.Images(_files.In("out", "images")).Count);
        Assert.False(Directory.Exists(_files.In("out", "images.unfinished")));

        Directory.Delete(_files.In("out", "images"), recursive: true);
        var mine = _files.AddImage(2, "out", "images", "mine.png");
        var (exitCode, output) = GenerateFixture.Run(run);
        Assert.Equal(1, exitCode);
        Assert.Contains("holds something else", output);
        Assert.True(File.Exists(mine));
    }

    [Fact]
    public void Settings_and_report_are_never_half_written()
    {
        var run = _files.QuickRun(_files.AddSet());
        Assert.Equal(0, GenerateFixture.Run(run).ExitCode);
        foreach (var name in new[] { "settings.json", "report.json" })
        {
            // Who has opened the old file still reads it to its end: the new one is put in its place, not written over
            // it.
            var before = File.ReadAllText(_files.In("out", name));
            using var reader = new StreamReader(new FileStream(
                _files.In("out", name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            Assert.Equal(0, GenerateFixture.Run([.. run, "--seed", $"{before.Length}"]).ExitCode);
            Assert.Equal(before, reader.ReadToEnd());
            Assert.NotEqual(before, File.ReadAllText(_files.In("out", name)));
        }
        Assert.Empty(Directory.GetFiles(_files.In("out"), "*.tmp"));
    }

    [Fact]
    public void Null_in_a_settings_file_for_what_needs_a_value_is_an_error()
    {
        Assert.Equal(0, GenerateFixture.Run(_files.QuickRun(_files.AddSet())).ExitCode);
        foreach (var name in new[] { "Device", "DatasetWord" })
        {
            var settings = _files.Settings;
            (settings[name] is null ? settings["MethodSettings"]! : settings)[name] = null;
            var (exitCode, output) =
                GenerateFixture.Run("--settings", _files.AddText(settings.ToJsonString(), "null.json"));
            Assert.Equal(1, exitCode);
            Assert.Contains(name, output);
        }
    }

    [Fact]
    public void Balance_fills_smaller_classes_up()
    {
        _files.AddSet();
        File.Delete(_files.In("set", "dog", "3.png"));
        Assert.Equal(0, GenerateFixture.Run(_files.QuickRun(_files.In("set"), "--balance")).ExitCode);
        Assert.Equal([3, 4], Report["Classes"]!.AsArray().Select(found => (int)found!["Synthetic"]!));
    }
}
