using MLNet.SynthAugment.Evaluation.Comparisons;
using MLNet.SynthAugment.Evaluation.Comparisons.Results;

namespace MLNet.SynthAugment.TestSupport;

/// <summary>Results of a comparison that was never run, with accuracies that a test says.</summary>
internal sealed record ReportSample
{
    public IReadOnlyList<string> Classes { get; init; } = ["cat", "dog", "owl"];

    public IReadOnlyList<int> Shots { get; init; } = [5];

    public IReadOnlyList<int> Amounts { get; init; } = [16, 64];

    public IReadOnlyList<string> Methods { get; init; } = ["datadream"];

    public IReadOnlyList<ArmKind> Arms { get; init; } = Enum.GetValues<ArmKind>();

    public int Seeds { get; init; } = 3;

    public int ImagesOfClass { get; init; } = 100;

    /// <summary>Test images of each class that are taken for it, by arm, shots and seed.</summary>
    public Func<Arm, int, int, int> Right { get; init; } = (_, _, _) => 50;

    /// <summary>The same on the images to choose by; null without any.</summary>
    public Func<Arm, int>? RightOnValidation { get; init; } = arm => arm.Amount == 64 ? 60 : 50;

    public ComparisonSettings Settings { get; init; } = new() { Images = "set", Trainer = "smallconvnet" };

    public IReadOnlyList<SynthesisResult> Syntheses { get; init; } = [];

    public ComparisonReport Create()
    {
        var arms = Arms.SelectMany(
            kind => Arm.UsesSynthetic(kind)
            ? Methods.SelectMany(method => Amounts.Select(amount => new Arm(kind, method, amount))) : [new Arm(kind)])
                .ToList();
        List<ArmResult> runs = [.. Shots.SelectMany(
            shots => Enumerable.Range(1, Seeds)
            .SelectMany(seed => arms.Select(arm => Run(arm, shots, seed))))];
        var summaries = ArmSummary.Of(runs);
        return new ComparisonReport
        {
            Versions = new Dictionary<string, string> { ["Microsoft.ML"] = "5.0.0" },
            Finished = new DateTime(2026, 11, 28, 10, 0, 0, DateTimeKind.Utc),
            Seconds = 83,
            Settings = Settings,
            Classes = Classes,
            ValidationImages = 0,
            TestImages = Classes.Count * ImagesOfClass,
            Summaries = summaries,
            Choices = ArmChoice.Of(summaries),
            Syntheses = Syntheses,
            Runs = runs,
        };
    }

    private ArmResult Run(Arm arm, int shots, int seed) => new()
    {
        Arm = arm,
        Shots = shots,
        Seed = seed,
        Steps = 1,
        RealRows = 1,
        SyntheticRows = 1,
        Validation = RightOnValidation is { } validation ? Scores(validation(arm)) : null,
        Test = Scores(Right(arm, shots, seed)),
        TrainingSeconds = 1,
        Finished = new DateTime(2026, 11, 28, 9, 0, 0, DateTimeKind.Utc),
        Version = "0.1.0",
    };

    private ClassificationScores Scores(int right)
    {
        var confusion = Classes.Select(
            (_, row) => Classes.Select(
            (_, column) => column == row ? right : column == (row + 1) % Classes.Count ? ImagesOfClass - right : 0)
            .ToArray());
        return new ClassificationScores([.. confusion]);
    }
}
