namespace MLNet.SynthAugment.Evaluation.Comparisons.Results;

/// <summary>The runs of a comparison as a table for spreadsheets: a line each.</summary>
public static class ComparisonTable
{
    private static readonly (string Name, Func<ArmResult, SynthesisResult?, object?> Value)[] s_columns =
    [
        ("arm", (run, _) => run.Arm.Name),
        ("kind", (run, _) => run.Arm.Kind),
        ("method", (run, _) => run.Arm.Method),
        ("shots", (run, _) => run.Shots),
        ("amount", (run, _) => run.Arm.Amount),
        ("seed", (run, _) => run.Seed),
        ("test_accuracy", (run, _) => run.Test.Accuracy),
        ("validation_accuracy", (run, _) => run.Validation?.Accuracy),
        ("steps", (run, _) => run.Steps),
        ("real_rows", (run, _) => run.RealRows),
        ("synthetic_rows", (run, _) => run.SyntheticRows),
        ("training_seconds", (run, _) => run.TrainingSeconds),
        ("seconds_per_image", (_, synthesis) => synthesis?.SecondsPerImage),
        ("acceptance", (_, synthesis) => synthesis?.Acceptance),
    ];

    /// <summary>Writes it: whole, or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="report">The results.</param>
    public static void Write(string path, ComparisonReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var syntheses = report.Syntheses.ToDictionary(made => (made.Method, made.Shots, made.Seed, made.Amount));
        var lines = report.Runs.Select(run => Csv.Line(s_columns.Select(column => Field(column.Value(run,
            run.Arm.Method is { } method
                ? syntheses.GetValueOrDefault((method, run.Shots, run.Seed, run.Arm.Amount)) : null)))));
        AtomicFile.WriteText(path,
            string.Join('\n', lines.Prepend(Csv.Line(s_columns.Select(column => column.Name)))) + "\n");
    }

    // Doubles with all their digits: what is computed from the table is what is computed from the JSON.
    private static string Field(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
