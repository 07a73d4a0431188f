using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MLNet.SynthAugment.Evaluation.Comparisons;
using MLNet.SynthAugment.Evaluation.Comparisons.Results;
using MLNet.SynthAugment.Evaluation.Reports;
using MLNet.SynthAugment.Selection;

namespace MLNet.SynthAugment.Tests.Evaluation.Reports;

public sealed partial class HtmlReportTests : IDisposable
{
    private const string Attack = "</script><img src=x onerror=alert(1)>\"'&";

    private readonly ComparisonFixture _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Texts_from_users_stay_texts_everywhere()
    {
        var sample = new ReportSample
        {
            Classes = [Attack, "dog", "owl"],
            Methods = [Attack],
            Settings = new ComparisonSettings
            {
                Images = Attack,
                Trainer = Attack,
                ClassNames = new Dictionary<string, string> { [Attack] = Attack }
            },
            Syntheses = [Made(64, 10, 1, null) with { Method = Attack, Store = Attack }],
        };
        var page = HtmlReport.Render(sample.Create());
        Assert.DoesNotContain("<img src=x", page);
        Assert.DoesNotContain("</script><img", page);
        // The class is there, in the chart's numbers too.
        Assert.Contains(WebUtility.HtmlEncode(Attack), page);
        var data = ChartData(page);
        Assert.Contains(Attack, data["classes-5-0"]!["classes"]!.AsArray().Select(name => (string)name!));
    }

    [Fact]
    public void The_policy_lets_nothing_in_and_runs_only_the_scripts_of_the_page()
    {
        var page = HtmlReport.Render(new ReportSample().Create());
        var policy = WebUtility.HtmlDecode(Policy().Match(page).Groups[1].Value);
        Assert.StartsWith("default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-", policy);
        Assert.DoesNotContain("script-src 'unsafe", policy);
        var scripts = Script().Matches(page)
            .Select(match => System.Convert.ToBase64String(
                System.Security.Cryptography.SHA256.HashData(
                System.Text.Encoding.UTF8.GetBytes(match.Groups[1].Value))));
        Assert.All(scripts, hash => Assert.Contains($"'sha256-{hash}'", policy));
        Assert.DoesNotContain("<link", page);
        Assert.DoesNotMatch("""\s(src|href)="(?!data:|#)""", Script().Replace(page, ""));
    }

    [Fact]
    public void Charts_have_the_numbers_of_the_results_and_tables_repeat_them()
    {
        var report = new ReportSample
        { Shots = [1, 5], Right = (arm, shots, seed) => 40 + shots + (arm.Amount / 8) + seed }.Create();
        var page = HtmlReport.Render(report);
        var data = ChartData(page);
        var line = data["amounts-5"]!["lines"]!.AsArray()
            .Single(line => (string)line!["name"]! == "real + classic + datadream")!;
        var summary = report.Find(new Arm(ArmKind.RealClassicSynthetic, "datadream", 64), 5)!;
        Assert.Equal(100 * summary.Test.Mean, (double)line["points"]![2]![0]!, 3);
        Assert.Equal(100 * summary.Test.HalfWidth!.Value, (double)line["points"]![2]![1]!, 3);
        Assert.Equal(100 * report.Find(new Arm(ArmKind.RealClassic), 5)!.Test.Mean, (double)line["points"]![0]![0]!, 3);
        Assert.Equal("real + classic + datadream, chosen amount",
            (string)data["shots"]!["lines"]!.AsArray()
                .Single(found => (bool)found!["shown"]! && (int)found["tone"]! == 0)!["name"]!);
        Assert.Contains("55.0 ± 2.5", WebUtility.HtmlDecode(page));
    }

    [Fact]
    public void Classes_are_sorted_by_their_gain_and_confused_pairs_by_their_number()
    {
        var page = WebUtility.HtmlDecode(
            HtmlReport.Render(new ReportSample { Right = (arm, _, _) => arm.IsSynthetic ? 70 : 60 }.Create()));
        Assert.Contains("3 of 3 classes gain, 0 lose, 0 stay as they are.", page);
        Assert.Contains("<title>cat taken for dog: 90 of 300 (30 %)</title>", page);
        Assert.Contains("<title>cat taken for itself: 180 of 300 (60 %)</title>", page);
    }

    [Fact]
    public void Pictures_show_shots_accepted_and_rejected_images_and_near_copies()
    {
        var report = Run(new ImageSelection
        { NearCopies = new NearCopyFilter { MaximumSimilarity = 0.9, RelativeToShots = false }, MaxTries = 2 });
        var page = WebUtility.HtmlDecode(
            HtmlReport.Render(report, new HtmlReportOptions { Folder = _files.Out, Device = "cpu" }));
        Assert.Contains("data:image/png;base64,", page);
        Assert.Matches(@"Of \d+ candidates \d+ were accepted and \d+ rejected: \d+ as near copies of a shot or an "
            + "image before, 0 as of another class", page);
        Assert.Contains("nearly a copy of", page);
        Assert.Contains("Near copies:", page);
        Assert.Contains("the embedded CLIP model", page);
        Assert.Equal(8, Regex.Count(page, "<br>distance "));
    }

    [Fact]
    public void A_moved_comparison_finds_its_store_and_one_that_is_gone_leaves_a_sentence()
    {
        var report = Run(null);
        var moved = Path.Combine(_files.Root, "moved");
        Directory.Move(_files.Out, moved);
        Directory.Delete(_files.Set, recursive: true);
        Assert.Contains("all that were made: there was no selection, so none was rejected.",
            HtmlReport.Render(report, new HtmlReportOptions { Folder = moved, Device = "cpu" }));
        var page = WebUtility.HtmlDecode(
            HtmlReport.Render(report, new HtmlReportOptions { Folder = _files.Out, Device = "cpu" }));
        Assert.Contains("There are no pictures of its images: the store '", page);
        Assert.Contains("is not there any more.", page);
        Assert.DoesNotContain("data:image/png", page);
    }

    [Fact]
    public void Damaged_stores_and_shots_leave_the_rest()
    {
        var report = Run(null);
        Directory.Delete(Path.Combine(_files.Out, "store", "shots"), recursive: true);
        var page = HtmlReport.Render(report, new HtmlReportOptions { Folder = _files.Out, Device = "cpu" });
        Assert.Contains(">gone</span>", page);
        Assert.Contains("Distances to shots were not measured: the shots or the images are gone.", page);
        File.WriteAllText(Path.Combine(report.Syntheses[0].Store, "manifest.db"),
            "no database at all, but long enough to be looked at");
        Assert.Contains("There are no pictures of its images",
            HtmlReport.Render(report, new HtmlReportOptions { Folder = _files.Out, Device = "cpu" }));
    }

    [Fact]
    public void Pictures_stay_within_their_limits_and_say_what_is_left_out()
    {
        var report = Run(null);
        var page = HtmlReport.Render(
            report, new HtmlReportOptions { Folder = _files.Out, Device = "cpu", MaxClasses = 2 });
        Assert.Contains("2 of 3 classes are shown, evenly spaced in their order; 1 are left out.", page);
        page = HtmlReport.Render(
            report, new HtmlReportOptions { Folder = _files.Out, Device = "cpu", MaxPictureBytes = 0 });
        Assert.Contains("0 of 3 classes are shown, as many as fit into the file; 3 are left out.", page);
        Assert.DoesNotContain("data:image/png", page);
        Assert.DoesNotContain("id=\"images\"", HtmlReport.Render(report, new HtmlReportOptions { ShowImages = false }));
    }

    [Fact]
    public void A_missing_CLIP_model_costs_the_distances_only()
    {
        var report = Run(null);
        var without = report with { Settings = report.Settings with { Clip = Path.Combine(_files.Root, "no-clip") } };
        var page = HtmlReport.Render(without, new HtmlReportOptions { Folder = _files.Out, Device = "cpu" });
        Assert.Contains("Distances to shots were not measured: the CLIP model cannot be loaded", page);
        Assert.Contains("data:image/png", page);
    }

    [Fact]
    public void Time_of_a_kept_image_counts_what_was_made_for_it()
    {
        // 16 images of 3 classes in 48 s, then 48 more of each in 96 s.
        var selected = HtmlReport.Render(
            new ReportSample { Syntheses = [Made(16, 60, 48, 0.5), Made(64, 200, 96, 0.5)] }.Create(),
            new HtmlReportOptions { ShowImages = false });
        Assert.Contains(">192</td>", selected);
        Assert.Contains(">50.0 %</td><td class=\"number\">0.38</td><td class=\"number\">0.75</td>", selected);
        var all = HtmlReport.Render(
            new ReportSample { Syntheses = [Made(16, 48, 48, null), Made(64, 0, 1, null)] }.Create(),
            new HtmlReportOptions { ShowImages = false });
        Assert.Contains(">no selection</td><td class=\"number\">1.00</td><td class=\"number\">1.00</td>", all);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        var report = new ReportSample().Create();
        Assert.Throws<ArgumentOutOfRangeException>(
            () => HtmlReport.Render(report, new HtmlReportOptions { MaxClasses = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => HtmlReport.Render(report, new HtmlReportOptions { MaxPictureBytes = -1 }));
    }

    [Fact]
    public void Results_of_an_older_version_are_read_or_their_version_is_named()
    {
        var path = Path.Combine(_files.Root, "old.json");
        new ReportSample().Create().Write(path);
        var json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        json["Settings"] = new JsonObject
        { ["Images"] = "set", ["Trainer"] = "sdca", ["DrawShots"] = true, ["Forgotten"] = 1 };
        json["Versions"] = new JsonObject { ["MLNet.SynthAugment"] = "0.0.7" };
        File.WriteAllText(path, json.ToJsonString());
        var read = ComparisonReport.Read(path);
        Assert.Equal(("sdca", true, null), (read.Settings.Trainer, read.Settings.DrawShots, read.Settings.Selection));
        Assert.Contains("classifier sdca", HtmlReport.Render(read));
        json["Settings"]!["Arms"] = new JsonArray("AnArmOfOld");
        File.WriteAllText(path, json.ToJsonString());
        var error = Assert.Throws<InvalidDataException>(() => ComparisonReport.Read(path));
        Assert.Contains("Version 0.0.7 wrote it", error.Message);
        Assert.Contains(path, error.Message);
    }

    private static SynthesisResult Made(int amount, long made, double seconds, double? acceptance) => new()
    {
        Method = "datadream",
        Shots = 5,
        Seed = 1,
        Amount = amount,
        Made = made,
        Seconds = seconds,
        Acceptance = acceptance,
        Store = "",
    };

    private ComparisonReport Run(ImageSelection? selection) =>
        _files.Comparison(_files.Options(
            new ScriptedTrainer()) with
        {
            Selection = selection,
            Shots = [2],
            Seeds = 1,
            Arms = [ArmKind.RealOnly, ArmKind.RealSynthetic]
        }).Run();

    private static JsonNode ChartData(string page) =>
        JsonNode.Parse(Data().Match(page).Groups[1].Value) ?? throw new JsonException();

    [GeneratedRegex("""<script type="application/json" id="chart-data">(.*?)</script>""")]
    private static partial Regex Data();

    [GeneratedRegex("""<script>(.*?)</script>""", RegexOptions.Singleline)]
    private static partial Regex Script();

    [GeneratedRegex("""http-equiv="Content-Security-Policy" content="([^"]*)">""")]
    private static partial Regex Policy();
}
