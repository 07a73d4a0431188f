namespace MLNet.SynthAugment.Evaluation.Comparisons.Results;

/// <summary>
/// An arm that was chosen among others by its accuracy on the validation images. The test images played no part.
/// </summary>
/// <param name="Shots">Real images of each class.</param>
/// <param name="Kind">The kind of arm.</param>
/// <param name="Method">The method whose amounts it was chosen among; null where it was chosen among all
/// methods.</param>
/// <param name="Chosen">The arm.</param>
/// <param name="Among">How many arms there were.</param>
public sealed record ArmChoice(int Shots, ArmKind Kind, string? Method, Arm Chosen, int Among)
{
    /// <summary>
    /// The choices of amounts, and of methods with their amounts; none where there is nothing to choose by.
    /// </summary>
    /// <param name="summaries">The arms.</param>
    public static IReadOnlyList<ArmChoice> Of(IReadOnlyList<ArmSummary> summaries)
    {
        ArgumentNullException.ThrowIfNull(summaries);
        var choices = new List<ArmChoice>();
        foreach (var ofKind in summaries.Where(summary => summary.Arm.IsSynthetic && summary.Validation is not null)
            .GroupBy(summary => (summary.Shots, summary.Arm.Kind)))
        {
            var methods = ofKind.GroupBy(summary => summary.Arm.Method).ToList();
            choices.AddRange(methods.Select(group => Choose(ofKind.Key.Shots, ofKind.Key.Kind, group.Key, [.. group])));
            if (methods.Count > 1)
                choices.Add(Choose(ofKind.Key.Shots, ofKind.Key.Kind, null, [.. ofKind]));
        }
        return choices;
    }

    // Of equal ones the one with the fewest images.
    private static ArmChoice Choose(int shots, ArmKind kind, string? method, List<ArmSummary> arms) =>
        new(shots, kind, method,
            arms.OrderByDescending(summary => summary.Validation!.Mean).ThenBy(summary => summary.Arm.Amount)
                .First().Arm, arms.Count);
}
