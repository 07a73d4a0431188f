using System.Text.Json.Nodes;
using MLNet.SynthAugment.Diffusion.Images;
using MLNet.SynthAugment.Evaluation.Comparisons;
using MLNet.SynthAugment.Evaluation.Comparisons.Results;
using MLNet.SynthAugment.Evaluation.Comparisons.Trainers;
using MLNet.SynthAugment.Trainers.Augmentation;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Tests.Evaluation.Comparisons;

public sealed class FewShotComparisonTests : IDisposable
{
    private const int Classes = 3;
    private const int ValidationRows = Classes * ComparisonFixture.Validation;
    private const int TestRows = Classes * ComparisonFixture.Test;

    private readonly ComparisonFixture _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Amounts_are_chosen_on_val_and_reported_on_test()
    {
        // Two images a class are better on val, four on test.
        var trainer = new ScriptedTrainer
        {
            Right = (synthetic, rows) => (synthetic, rows) switch
            {
                (2 * Classes, ValidationRows) => 5,
                (4 * Classes, ValidationRows) => 4,
                (2 * Classes, TestRows) => 3,
                (4 * Classes, TestRows) => 9,
                _ => 0,
            },
        };
        var report = _files.Comparison(_files.Options(trainer)).Run();
        Assert.Equal([ArmKind.SyntheticOnly, ArmKind.RealSynthetic, ArmKind.RealClassicSynthetic],
            report.Choices.Select(choice => choice.Kind).Order());
        Assert.All(report.Choices, choice => Assert.Equal((2, 2), (choice.Chosen.Amount, choice.Among)));
        Assert.Equal(3 / 9.0, report.Find(report.Choices[0].Chosen, 1)!.Test.Mean, 12);
        Assert.Equal(5 / 6.0, report.Find(report.Choices[0].Chosen, 1)!.Validation!.Mean, 12);
        Assert.Equal(5 / 6.0, report.Find(
            new Arm(ArmKind.RealClassicSynthetic, "shifted", 2), 1)!.AgainstBaselineOnValidation!.Mean, 12);
    }

    [Fact]
    public void Without_val_training_images_that_are_no_shots_are_chosen_by_and_without_them_nothing_is()
    {
        Directory.Delete(Path.Combine(_files.Set, "val"), recursive: true);
        // Of four images two are shots, which leaves as many rows as val had: there, two images a class are better.
        var trainer = new ScriptedTrainer
        { Right = (synthetic, rows) => (rows == ValidationRows) == (synthetic == 2 * Classes) ? rows : 0 };
        var report = _files.Comparison(_files.Options(trainer) with { Shots = [2, ComparisonFixture.Train], Seeds = 1 })
            .Run();
        Assert.Equal(0, report.ValidationImages);
        Assert.All(report.Choices, choice => Assert.Equal((2, 2), (choice.Shots, choice.Chosen.Amount)));
        Assert.Equal(3, report.Choices.Count);
        Assert.All(report.Runs, run => Assert.Equal(run.Shots == 2 ? ValidationRows : null, run.Validation?.Count));
        Assert.Equal([2, 4], report.Summaries.Where(
            summary => summary.Shots == 4 && summary.Arm.Kind == ArmKind.RealClassicSynthetic)
            .Select(summary => summary.Arm.Amount));
        Assert.Contains(_files.Warnings,
            warning => warning.StartsWith(
                "The set has no val split: choices are made by the training images that are no shots",
                StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(ImageOrientation.AsStored)]
    [InlineData(ImageOrientation.Upright)]
    public void Every_trainer_gets_images_turned_and_composed_as_asked_for(ImageOrientation orientation)
    {
        using var stored = new Image<Rgba32>(12, 8, new Rgba32(0, 0, 0, 0));
        stored[2, 1] = new Rgba32(0, 0, 0, 255);
        stored.Metadata.ExifProfile = new ExifProfile();
        stored.Metadata.ExifProfile.SetValue(ExifTag.Orientation, (ushort)6);
        stored.SaveAsPng(_files.FileOf("train", 0, 0));
        var trainer = new ScriptedTrainer();
        _files.Comparison(_files.Options(
            trainer) with
        {
            Seeds = 1,
            ImageOrientation = orientation,
            ImageGround = Color.FromRgb(0, 0, 255),
            Arms = [ArmKind.RealSynthetic]
        }).Run();
        // The first shot of the first class.
        using var image = Image.Load<Rgba32>(trainer.Trainings[0].Real[0]);
        Assert.Null(image.Metadata.ExifProfile);
        var (size, dot) = orientation == ImageOrientation.Upright ? ((8, 12), (6, 2)) : ((12, 8), (2, 1));
        Assert.Equal(size, (image.Width, image.Height));
        Assert.Equal((new Rgba32(0, 0, 0, 255), new Rgba32(0, 0, 255, 255)),
            (image[dot.Item1, dot.Item2], image[0, 0]));
        Assert.Equal(
            [$"1 of 27 images carry an EXIF orientation and are {(orientation == ImageOrientation.Upright ? "turned upright" : "read as they are stored, not turned")}.",
                "1 of 27 images are transparent in places and are composed on #0000FF."],
            _files.Warnings.Where(warning => warning.Contains(" of 27 images", StringComparison.Ordinal)));
    }

    [Fact]
    public void Arms_differ_in_what_they_say_and_in_nothing_else()
    {
        var trainer = new ScriptedTrainer();
        var report = _files.Comparison(_files.Options(trainer) with { Seeds = 1, Amounts = [4] }).Run();
        // Of the shots 1 per class: the repeated arm has rows for 3 + 12, the classic one fills a batch of 8.
        Assert.Equal([(3, 0, false), (15, 0, false), (9, 0, true), (0, 12, false), (3, 12, false), (3, 12, true)],
            trainer.Trainings.Select(made => (made.Real.Count, made.Synthetic, made.IsAugmented)));
        Assert.Equal(trainer.Trainings.Select(made => (made.Real.Count, made.Synthetic)),
            report.Runs.Select(run => (run.RealRows, run.SyntheticRows)));
        Assert.Equal(["real only", "real repeated", "real + classic", "shifted only", "real + shifted",
            "real + classic + shifted"], report.Runs.Select(run => run.Arm.Name));
        Assert.Equal([null, null, null, null, "real repeated", "real + classic"],
            report.Summaries.Select(summary => summary.Baseline));
    }

    [Fact]
    public void Without_classic_augmentation_its_arms_are_left_out()
    {
        var report = _files.Comparison(
            _files.Options(new ScriptedTrainer()) with { Augmentation = ImageAugmentation.None, Seeds = 1 }).Run();
        Assert.DoesNotContain(report.Runs, run => run.Arm.IsAugmented);
        Assert.Equal(2 + (2 * 2), report.Runs.Count);
    }

    [Fact]
    public void Differences_are_paired_by_seed()
    {
        // Accuracy rises with the seed by far more than with the arm.
        var seed = 0;
        var trainer = new ScriptedTrainer
        { OnTrain = made => seed = (int)made.Seed, Right = (synthetic, _) => (3 * seed) + (synthetic > 0 ? 1 : 0) };
        var report = _files.Comparison(_files.Options(trainer) with { Amounts = [2] }).Run();
        var summary = report.Find(new Arm(ArmKind.RealClassicSynthetic, "shifted", 2), 1)!;
        Assert.Equal(1 / 9.0, summary.AgainstBaseline!.Mean, 12);
        Assert.Equal(0, summary.AgainstBaseline.HalfWidth!.Value, 9);
        Assert.Equal(1 / 9.0, summary.AgainstRealOnly!.Mean, 12);
        Assert.True(summary.Test.HalfWidth > 1);
    }

    [Fact]
    public void What_was_finished_before_a_failure_is_not_done_again()
    {
        var whole = new ScriptedTrainer();
        var expected = _files.Comparison(_files.Options(whole)).Run();
        var batches = _files.Batches;
        Directory.Delete(_files.Out, recursive: true);

        var trainings = 0;
        for (var failure = 2; failure < whole.Trainings.Count; failure += 5)
        {
            var failing = new ScriptedTrainer
            {
                OnTrain = made =>
                {
                    if (trainings + made.Number == failure) throw new IOException(
            "pulled the plug");
                }
            };
            Assert.Throws<IOException>(() => _files.Comparison(_files.Options(failing)).Run());
            trainings += failing.Trainings.Count;
            Assert.Equal(failure, trainings);
        }
        var kept = _files.Kept();
        var last = new ScriptedTrainer();
        var report = _files.Comparison(_files.Options(last)).Run();
        Assert.Equal(whole.Trainings.Count, trainings + last.Trainings.Count);
        Assert.Equal(2 * batches, _files.Batches);
        Assert.All(kept, file => Assert.Equal(file.Value, File.GetLastWriteTimeUtc(file.Key)));
        Assert.Equal(expected.Runs.Select(run => (run.Arm, run.Shots, run.Seed)),
            report.Runs.Select(run => (run.Arm, run.Shots, run.Seed)));
        // Four images a class at each of two seeds; those of the smaller amount are not made twice.
        Assert.Equal(2 * 4 * Classes, report.Syntheses.Sum(made => made.Made));
        Assert.Single(report.Syntheses.Where(made => made.Seed == 1).Select(made => made.Store).Distinct());
    }

    [Fact]
    public void Other_settings_are_other_results_and_more_amounts_go_on_from_those_there()
    {
        var first = new ScriptedTrainer();
        _files.Comparison(_files.Options(first) with { Seeds = 1 }).Run();
        var more = new ScriptedTrainer();
        _files.Comparison(_files.Options(
            more) with
        { Seeds = 1, Amounts = [2, 4, 6], Arms = [ArmKind.RealOnly, ArmKind.RealSynthetic] }).Run();
        Assert.Equal([6 * Classes], more.Trainings.Select(made => made.Synthetic));
        var other = new ScriptedTrainer { Settings = new JsonObject { ["Steps"] = 2 } };
        _files.Comparison(_files.Options(other) with { Seeds = 1 }).Run();
        Assert.Equal(first.Trainings.Count, other.Trainings.Count);
    }

    [Fact]
    public void Seeds_take_the_first_shots_or_with_the_option_others_and_never_test_images()
    {
        var trainer = new ScriptedTrainer();
        var options = _files.Options(
            trainer) with
        { Shots = [1, 2], Seeds = 6, Methods = [], Arms = [ArmKind.RealOnly] };
        _files.Comparison(options).Run();
        Assert.Equal(2, trainer.Trainings.Select(ImagesOf).Distinct().Count());

        var drawing = new ScriptedTrainer { Settings = new JsonObject { ["Other"] = true } };
        _files.Comparison(options with { Trainer = drawing, DrawShots = true }).Run();
        Assert.True(drawing.Trainings.Select(ImagesOf).Distinct().Count() > 4);
        Assert.Equal(ImagesOf(trainer.Trainings[0]), ImagesOf(drawing.Trainings[0]));
        var train = Directory.GetFiles(Path.Combine(_files.Set, "train"), "*.png", SearchOption.AllDirectories)
            .Select(file => System.Convert.ToHexString(File.ReadAllBytes(file))).ToHashSet();
        Assert.All(drawing.Trainings.SelectMany(made => made.Real),
            image => Assert.Contains(System.Convert.ToHexString(image), train));
        // Of one seed, two shots contain the one.
        Assert.All(Enumerable.Range(0, 6),
            seed => Assert.Empty(Set(drawing.Trainings[seed]).Except(Set(drawing.Trainings[6 + seed]))));

        static HashSet<string> Set(ScriptedTrainer.Training made) => [.. made.Real.Select(System.Convert.ToHexString)];
        static string ImagesOf(ScriptedTrainer.Training made) =>
            string.Join('\n', Set(made).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Ranks_of_an_index_come_before_names()
    {
        File.WriteAllLines(Path.Combine(_files.Set, "index.csv"),
            ["split,class,file,rank", .. Drawings.Classes.Select(name => $"train,{name},3.png,0")]);
        var trainer = new ScriptedTrainer();
        _files.Comparison(_files.Options(trainer) with { Seeds = 1, Methods = [], Arms = [ArmKind.RealOnly] }).Run();
        Assert.Equal(Enumerable.Range(0, Classes).Select(name => File.ReadAllBytes(_files.FileOf("train", name, 3))),
            trainer.Trainings[0].Real);
    }

    [Fact]
    public void Copies_of_training_images_do_not_count_in_the_test()
    {
        File.Copy(_files.FileOf("train", 0, 1), Path.Combine(_files.Set, "test", "cat", "copy.png"));
        var report = _files.Comparison(
            _files.Options(new ScriptedTrainer()) with { Seeds = 1, Methods = [], Arms = [ArmKind.RealOnly] }).Run();
        Assert.Equal(TestRows, report.TestImages);
        Assert.Contains("1 image of the test split is in a split before it too and is left out of test.",
            _files.Warnings);
    }

    [Fact]
    public void A_set_without_splits_keeps_half_of_each_class_for_testing()
    {
        var trainer = new ScriptedTrainer();
        var report = _files.Comparison(
            _files.Options(trainer) with
            {
                Images = _files.Set + ":train",
                Seeds = 1,
                Methods = [],
                Arms = [ArmKind.RealOnly],
                Shots = [2]
            }).Run();
        Assert.Equal(Classes * 2, report.TestImages);
        Assert.Equal(Classes * 2, trainer.Trainings[0].Real.Count);
    }

    [Fact]
    public void A_linear_classifier_learns_what_is_easy_in_as_many_steps_in_every_arm()
    {
        var trainer = new SdcaComparisonTrainer(
            new SdcaComparisonTrainer.Options { Steps = 400, Passes = 100, BatchSize = 8 });
        var report = _files.Comparison(_files.Options(trainer) with { Seeds = 1, Amounts = [4], Shots = [2] }).Run();
        Assert.All(report.Runs, run => Assert.Equal(400, run.Steps));
        Assert.Equal(1, report.Find(new Arm(ArmKind.RealRepeated), 2)!.Test.Mean);
    }

    [Fact]
    public void Results_are_read_as_they_were_written_also_from_the_table()
    {
        var report = _files.Comparison(
            _files.Options(new ScriptedTrainer { Right = (synthetic, rows) => rows - (synthetic % 5) })).Run();
        var (json, csv) = (Path.Combine(_files.Root, "results", "comparison.json"),
            Path.Combine(_files.Root, "results", "comparison.csv"));
        report.Write(json);
        ComparisonTable.Write(csv, report);
        var again = ComparisonReport.Read(json);
        again.Write(json + "2");
        Assert.Equal(File.ReadAllText(json), File.ReadAllText(json + "2"));
        Assert.Equal(report.Runs.Select(run => run.Test.Accuracy), again.Runs.Select(run => run.Test.Accuracy));
        Assert.Equal(report.Summaries.Select(summary => summary.Test), again.Summaries.Select(summary => summary.Test));
        Assert.Equal(report.Summaries.Select(summary => summary.Recall.ToArray()),
            again.Summaries.Select(summary => summary.Recall.ToArray()));
        Assert.Contains("\"Confusion\": [[3,0,0],[0,3,0],[0,0,3]]", File.ReadAllText(json));
        Assert.Equal(report.Runs[0].Test.Confusion.Select(row => row.ToArray()),
            again.Runs[0].Test.Confusion.Select(row => row.ToArray()));

        var lines = File.ReadAllLines(csv).Select(line => line.Split(',')).ToList();
        var (arm, seed, test) = (Array.IndexOf(lines[0], "arm"), Array.IndexOf(lines[0], "seed"),
            Array.IndexOf(lines[0], "test_accuracy"));
        Assert.Equal(report.Runs.Select(run => (run.Arm.Name, run.Seed, run.Test.Accuracy)),
            lines.Skip(1).Select(fields =>
                (fields[arm], int.Parse(fields[seed], System.Globalization.CultureInfo.InvariantCulture),
                    double.Parse(fields[test], System.Globalization.CultureInfo.InvariantCulture))));
    }
}
