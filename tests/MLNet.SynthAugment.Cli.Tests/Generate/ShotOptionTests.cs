using System.IO.Compression;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Cli.Tests.Generate;

/// <summary>What says which images are learnt from, and what is known of them.</summary>
public sealed class ShotOptionTests : IDisposable
{
    private readonly GenerateFixture _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("names.csv", "Label,Name\ncat,\"tabby, \"\"big\"\"\"\n\nox,an ox\n", "a photo of a tabby, \"big\"")]
    [InlineData("names.json", "{ \"cat\": \"tabby\", \"ox\": \"an ox\" }", "a photo of a tabby")]
    public void Class_names_of_a_file_are_what_prompts_say(string file, string text, string expected)
    {
        var names = _files.AddText(text, file);
        var (exitCode, output) = GenerateFixture.Run(_files.QuickRun(_files.AddSet(), "--class-names", names));
        Assert.True(exitCode == 0, output);
        Assert.Equal([expected, "a photo of a dog"], _files.Prompts().Distinct());
        Assert.Contains("There is a name for class 'ox', but no image of it.", output);

        // They are in the settings, which need the file no more.
        File.Delete(names);
        Assert.Contains("none has to be made",
            GenerateFixture.Run("--settings", _files.In("out", "settings.json")).Output);
    }

    [Theory]
    [InlineData("names.csv", "cat,tabby\n", "the first line must be label,name, not cat,tabby")]
    [InlineData("names.csv", "", "is empty")]
    [InlineData("names.csv", "label,name\ncat,a,b\n", "line 2: expected label and name, found 3 fields")]
    [InlineData("names.csv", "label,name\ncat,a\ncat,b\n", "line 3: there is a line for 'cat' before")]
    [InlineData("names.csv", "label,name\ncat,\"a\n", "line 2: a quote is opened and never closed")]
    [InlineData("names.json", "[1]", "is no JSON object of class names")]
    [InlineData("names.json", "{ \"cat\": null }", "the name of 'cat' is null")]
    public void Faulty_files_are_errors_that_say_where(string file, string text, string expected)
    {
        var (exitCode, output) =
            GenerateFixture.Run(_files.QuickRun(_files.AddSet(), "--class-names", _files.AddText(text, file)));
        Assert.Equal(1, exitCode);
        Assert.Contains(expected, output);
        Assert.Contains(file, output);
        Assert.False(Directory.Exists(_files.In("out")));
    }

    [Theory]
    [InlineData(24, 16, "1 of 8 images carry an EXIF orientation and are read as they are stored, not turned",
        "1 of 8 images are transparent in places and are composed on #FFFFFF")]
    [InlineData(16, 24, "1 of 8 images carry an EXIF orientation and are turned upright",
        "1 of 8 images are transparent in places and are composed on #0000FF", "--orientation", "upright", "--ground",
            "blue")]
    public void Shots_are_turned_and_composed_as_asked_for(
        int width, int height, string orientation, string ground, params string[] options)
    {
        var set = _files.AddSet();
        using (var photograph = new Image<Rgba32>(24, 16, new Rgba32(0, 0, 0, 0)))
        {
            photograph[2, 1] = new Rgba32(255, 0, 0, 255);
            photograph.Metadata.ExifProfile = new ExifProfile();
            photograph.Metadata.ExifProfile.SetValue(ExifTag.Orientation, (ushort)6);
            photograph.SaveAsPng(Path.Combine(set, "cat", "0.png"));
        }
        var (exitCode, output) = GenerateFixture.Run(_files.QuickRun(set, options));
        Assert.True(exitCode == 0, output);
        Assert.Equal((1, 1), (output.Split(orientation).Length - 1, output.Split(ground).Length - 1));
        Assert.DoesNotContain("Options.", output);
        using var shot = Directory.GetFiles(_files.In("out", "store", "shots"), "*.png",
            SearchOption.AllDirectories).Select(Image.Load<Rgb24>).Single(image => image.Width != image.Height);
        Assert.Equal((width, height), (shot.Width, shot.Height));
        Assert.Equal(ground[^7..], $"#{((Color)shot[width - 1, height - 1]).ToHex()[..6]}");
        Assert.Equal((width > height ? "AsStored" : "Upright", ground[^7..]),
            ((string)_files.Settings["Orientation"]!, (string)_files.Settings["Ground"]!));
        Assert.Contains("none has to be made",
            GenerateFixture.Run("--settings", _files.In("out", "settings.json")).Output);
    }

    [Theory]
    [InlineData("'blakc' is no colour", "--ground", "blakc")]
    [InlineData("must be opaque", "--ground", "#00000010")]
    [InlineData("sideways", "--orientation", "sideways")]
    public void Unknown_orientations_and_grounds_are_errors(string expected, params string[] options)
    {
        var (exitCode, output) = GenerateFixture.Run(_files.QuickRun(_files.AddSet(), options));
        Assert.Equal(1, exitCode);
        Assert.Contains(expected, output);
        Assert.False(Directory.Exists(_files.In("out")));
    }

    [Fact]
    public void Captions_of_a_table_are_found_by_the_images_paths()
    {
        var captions = _files.AddText(
            "path,caption\ncat/0.png,\"a cat, asleep\"\ncat/1.png,a cat awake\ndog/0.png,a dog\ndog/9.png,nothing\n",
            "captions.csv");
        var (exitCode, output) = GenerateFixture.Run(Disef(_files.AddSet(), "--captions", captions));
        Assert.True(exitCode == 0, output);
        Assert.Subset(new HashSet<string> { "a cat, asleep", "a cat awake", "a dog" }, _files.Prompts().ToHashSet());
        Assert.Contains("5 of 8 images have no caption in", output);
        Assert.Equal(captions, (string)_files.Settings["Captions"]!);
        Assert.Contains("none has to be made",
            GenerateFixture.Run("--settings", _files.In("out", "settings.json")).Output);
    }

    [Fact]
    public void Captions_beside_the_images_are_found_with_and_without_the_split()
    {
        _files.AddImage(1, "set", "train", "cat", "1.png");
        _files.AddImage(2, "set", "train", "dog", "2.png");
        _files.AddImage(3, "set", "test", "dog", "2.png");
        _files.AddText("the cat\nitself\n", "set", "train", "cat", "1.txt");
        _files.AddText("the dog", "set", "train", "dog", "2.txt");
        var (exitCode, output) = GenerateFixture.Run(Disef(_files.In("set"), "--captions", _files.In("set")));
        Assert.True(exitCode == 0, output);
        Assert.Equal(["the cat itself", "the dog"], _files.Prompts().Distinct());

        _files.AddText("only a cat", "captions", "cat", "1.txt");
        (exitCode, output) = GenerateFixture.Run(Disef(_files.In("set"), "--captions", _files.In("captions")));
        Assert.True(exitCode == 0, output);
        Assert.Equal(["only a cat", "a photo of a dog"], _files.Prompts().Distinct());
    }

    [Fact]
    public void Masks_are_found_by_the_images_paths_in_a_folder_and_in_a_zip()
    {
        _files.AddSet();
        foreach (var path in new[] { "cat/0", "cat/1", "dog/3" })
            _files.AddImage(5, ["masks", .. $"{path}.png".Split('/')]);
        string[] run = Disef(_files.In("set"), "--set", "Start.Masks=KeepObject", "--set", "Start.Strengths=1");
        var (exitCode, output) = GenerateFixture.Run([.. run, "--masks", _files.In("masks")]);
        Assert.True(exitCode == 0, output);
        Assert.Contains("5 of 8 images have no mask in", output);
        var store = Assert.Single(Directory.GetDirectories(_files.In("out", "store"), "disef-*"));
        Assert.Equal(3, StoreSnapshot.SpecificationOf(store).Split("\"Mask\":").Length - 1);

        ZipFile.CreateFromDirectory(_files.In("masks"), _files.In("masks.zip"));
        (exitCode, output) = GenerateFixture.Run([.. run, "--masks", _files.In("masks.zip")]);
        Assert.True(exitCode == 0, output);
        Assert.Contains("none has to be made", output);
        Assert.Equal(_files.In("masks.zip"), (string)_files.Settings["Masks"]!);
    }

    [Theory]
    [InlineData("caption", "--captions")]
    [InlineData("mask", "--masks")]
    public void Where_no_image_has_one_the_paths_are_others_than_was_meant(string kind, string option)
    {
        _files.AddImage(1, "other", "cats", "1.png");
        _files.AddText("a cat", "other", "cats", "1.txt");
        var (exitCode, output) = GenerateFixture.Run(Disef(_files.AddSet(), option, _files.In("other")));
        Assert.Equal(1, exitCode);
        Assert.Contains($"has no {kind} for any of the 8 images, whose paths are 'cat/0.png'", output);
    }

    private string[] Disef(string images, params string[] more) =>
    [
        "--images", images, "--device", "cpu", "--out", _files.In("out"), "--per-class", "4", "--batch", "4",
            "--method", "disef", .. QuickMethod.Arguments("disef", _files), .. more,
    ];
}
