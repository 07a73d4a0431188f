using MLNet.SynthAugment.Cli.Compare;
using MLNet.SynthAugment.Cli.Tests.Generate;
using MLNet.SynthAugment.Evaluation.Comparisons;
using MLNet.SynthAugment.Evaluation.Comparisons.Results;

namespace MLNet.SynthAugment.Cli.Tests.Compare;

public sealed class CompareCommandTests : IDisposable
{
    private readonly GenerateFixture _models = new();
    private readonly ComparisonFixture _files = new();

    public void Dispose()
    {
        _models.Dispose();
        _files.Dispose();
    }

    /// <summary>The arguments of a quick comparison; further ones take the place of those of the same option.</summary>
    private string[] Arguments(params string[] more)
    {
        string[][] quick =
        [
            ["--images", _files.Set], ["--out", _files.Out], ["--shots", "2"], ["--amounts", "0,2"], ["--seeds", "2"],
                ["--methods", "classname"],
            ["--model", _models.In("model")], ["--batch", "2"], ["--device", "cpu"], ["--steps", "3"],
        ];
        string[] sampling = more.Contains("--methods") ? [] : ["--set", "classname.Sampling.Steps=2"];
        return [.. quick.Where(option => !more.Contains(option[0])).SelectMany(option => option), .. sampling, .. more];
    }

    private ComparisonReport Report => ComparisonReport.Read(Path.Combine(_files.Out, "comparison.json"));

    private static (int ExitCode, string Output) Run(params string[] arguments) =>
        GenerateFixture.Run(CompareCommand.Create(), arguments);

    [Theory]
    [InlineData("smallconvnet", "Widths=4,8")]
    [InlineData("cliplora", "Rank=2", "Templates={class}")]
    [InlineData("sdca", "Passes=1")]
    public void Every_trainer_takes_the_same_steps_in_every_arm(string trainer, params string[] settings)
    {
        string[] clip = trainer == "cliplora" ? ["--clip", QuickMethod.Clip(_models)] : [];
        var (exitCode, output) =
            Run(Arguments(["--trainer", trainer, "--seeds", "1", .. clip,
            .. settings.SelectMany(setting => new[] { "--trainer-set", setting })]));
        Assert.True(exitCode == 0, output);
        Assert.Equal(Enum.GetValues<ArmKind>(), Report.Runs.Select(run => run.Arm.Kind));
        Assert.All(Report.Runs, run => Assert.Equal(3, run.Steps));
    }

    [Fact]
    public void A_table_a_JSON_and_a_CSV_tell_the_results_and_settings_start_the_run_again()
    {
        var (exitCode, output) = Run(Arguments("--trainer-set", "Widths=4,8"));
        Assert.True(exitCode == 0, output);
        foreach (var word in new[] { "real only", "real repeated", "real + classic", "classname only",
            "real + classname", "real + classic + classname", " ± ", "chosen", "s per image" })
            Assert.Contains(word, output);
        Assert.Contains("<!DOCTYPE html>", File.ReadAllText(Path.Combine(_files.Out, "report.html")));
        Assert.Equal(1 + (6 * 2), File.ReadAllLines(Path.Combine(_files.Out, "comparison.csv")).Length);
        Assert.Equal(["cat", "dog", "owl"], Report.Classes);
        Assert.Equal([4, 8], Report.Settings.TrainerSettings["Widths"]!.AsArray().Select(width => (int)width!));
        Assert.Equal(2, (int)Report.Settings.Methods["classname"]["Sampling"]!["Steps"]!);
        Assert.Contains(Report.Versions.Keys, name => name.StartsWith("Microsoft.ML", StringComparison.Ordinal));
        Assert.All(Report.Syntheses, made => Assert.Equal(6, made.Made));

        var kept = _files.Kept();
        var runs = Report.Runs.Select(run => run.Finished).ToList();
        (exitCode, output) = Run("--settings", Path.Combine(_files.Out, "settings.json"));
        Assert.True(exitCode == 0, output);
        Assert.Equal(kept, _files.Kept());
        Assert.Equal(runs, Report.Runs.Select(run => run.Finished));
    }

    [Fact]
    public void Killed_in_the_middle_the_same_command_goes_on_and_does_nothing_twice()
    {
        var arguments = Arguments("--steps", "40", "--seeds", "3", "--trainer-set", "Widths=4,8");
        using (var process = new CliProcess(["compare", .. arguments]))
        {
            process.WaitFor("seed 2, real only");
            Assert.True(process.KillAfter(TimeSpan.Zero), process.Output);
        }
        var kept = _files.Kept();
        var images = GenerateFixture.Images(Path.Combine(_files.Out, "store"));
        Assert.InRange(kept.Count, 8, 20);
        var (exitCode, output) = Run(arguments);
        Assert.True(exitCode == 0, output);
        Assert.All(kept, file => Assert.Equal(file.Value, File.GetLastWriteTimeUtc(file.Key)));
        Assert.All(images, image =>
            Assert.Equal(image.Value, GenerateFixture.Images(Path.Combine(_files.Out, "store"))[image.Key]));
        Assert.Equal(3 * 6, Report.Runs.Count);
        Assert.Equal(3 * 6, Report.Syntheses.Sum(made => made.Made));
        Assert.Equal(3, Report.Summaries[0].Test.Count);
    }

    [Fact]
    public void Ctrl_C_ends_with_130_and_names_the_command_that_goes_on()
    {
        using var process = new CliProcess(
            ["compare", .. Arguments("--steps", "1000000", "--trainer-set", "Widths=4,8")]);
        Assert.True(SpinWait.SpinUntil(
            () => process.Output.Contains("to report on", StringComparison.Ordinal), TimeSpan.FromMinutes(1)),
            process.Output);
        process.Interrupt();
        Assert.Equal(130, process.Wait());
        Assert.Contains($"Go on with: synthaugment compare --settings \"{Path.Combine(_files.Out, "settings.json")}\"",
            process.Output);
        Assert.DoesNotContain("   at ", process.Output);
    }

    [Theory]
    [InlineData("--shots takes whole numbers between commas, such as 1,2,4; 'five' is none.", "--shots", "five")]
    [InlineData("The numbers of shots must be at least 1, not 0, 2.", "--shots", "0,2")]
    [InlineData("The amounts of synthetic images must be at least 0, not -1.", "--amounts", "-1")]
    [InlineData("The number of seeds must be from 1 to 1000, not 5000.", "--seeds", "5000")]
    [InlineData("There is no method 'magic'", "--methods", "magic")]
    [InlineData("'datadream' is none of the methods that are compared: classname.", "--set",
        "datadream.Training.Rank=2")]
    [InlineData("--set takes method.Name=Value here", "--set", "Rank=2")]
    [InlineData("The method classname has no setting 'Rank'.", "--set", "classname.Rank=2")]
    [InlineData("There is no trainer 'forest'. Trainers: smallconvnet, cliplora, sdca.", "--trainer", "forest")]
    [InlineData("The trainer smallconvnet has no setting 'Seed'.", "--trainer-set", "Seed=3")]
    [InlineData("--trainer-set Steps=many: 'many' is not a whole number, or null.", "--trainer-set", "Steps=many")]
    [InlineData("ImageSize must be from 32 to 256 pixels", "--trainer-set", "ImageSize=8")]
    [InlineData("SDCA makes 100 passes in 3 steps; there must be at least 1 pass, and a step for each.", "--trainer",
        "sdca")]
    [InlineData("--arms: there is no arm 'nothing'", "--arms", "nothing")]
    [InlineData("All arms have synthetic images, and no method makes any.", "--methods", ",", "--arms",
        "SyntheticOnly")]
    [InlineData("There is no image folder or zip file 'nowhere'", "--images", "nowhere")]
    public void Bad_input_gives_a_sentence(string expected, params string[] more)
    {
        var (exitCode, output) = Run(Arguments(more));
        Assert.Equal(1, exitCode);
        Assert.Contains(expected, output);
        Assert.False(File.Exists(Path.Combine(_files.Out, "comparison.json")));
    }

    [Fact]
    public void Splits_are_found_by_their_usual_names_below_a_wrapping_folder()
    {
        var photos = Directory.CreateDirectory(Path.Combine(_files.Root, "wrapped", "photos")).FullName;
        foreach (var (from, to) in new[] { ("train", "Training"), ("val", "valid"), ("test", "test_set") })
            Directory.Move(Path.Combine(_files.Set, from), Path.Combine(photos, to));
        var (exitCode, output) =
            Run(Arguments("--images", Path.Combine(_files.Root, "wrapped"), "--arms", "RealOnly", "--seeds", "1",
            "--trainer-set", "Widths=4,8"));
        Assert.True(exitCode == 0, output);
        Assert.Contains("3 classes, 12 images to take shots from, 6 to choose by, 9 to report on.", output);
        foreach (var split in new[] { "Training", "valid", "test_set" })
            Assert.Contains($"the split 'photos/{split}' is read", output);
    }

    [Fact]
    public void A_damaged_result_and_a_class_without_test_images_are_named()
    {
        string[] quick = Arguments("--arms", "RealOnly", "--seeds", "1", "--trainer-set", "Widths=4,8");
        Assert.Equal(0, Run(quick).ExitCode);
        var kept = Assert.Single(_files.Kept()).Key;
        File.WriteAllText(kept, "{");
        var (exitCode, output) = Run(quick);
        Assert.Equal(1, exitCode);
        Assert.Contains($"'{kept}' holds no result of a comparison", output);
        Directory.Delete(Path.Combine(_files.Set, "test", "owl"), recursive: true);
        Assert.Contains("Class 'owl' of", Run(quick).Output);
    }
}
