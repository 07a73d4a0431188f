using MLNet.SynthAugment.Evaluation.Comparisons;
using MLNet.SynthAugment.Evaluation.Comparisons.Statistics;

namespace MLNet.SynthAugment.Evaluation.Reports.Html;

/// <summary>Accuracies over shots or amounts: what a chart draws and its table lists.</summary>
/// <param name="Id">The chart's name in the page.</param>
/// <param name="Title">What it shows.</param>
/// <param name="XName">What is on the horizontal axis.</param>
/// <param name="Ticks">Its values.</param>
/// <param name="Lines">The lines.</param>
internal sealed record Curve(
    string Id, string Title, string XName, IReadOnlyList<int> Ticks, IReadOnlyList<CurveLine> Lines);

/// <summary>A line of a <see cref="Curve"/>.</summary>
/// <param name="Name">The arm.</param>
/// <param name="Kind">Its kind, which says how the line is drawn.</param>
/// <param name="Tone">Which colour it has; −1 for arms without synthetic images.</param>
/// <param name="IsShown">Whether it is drawn before a reader asks for it.</param>
/// <param name="Points">Accuracies, 0 to 1, by the number of the tick; null where there is none.</param>
internal sealed record CurveLine(string Name, ArmKind Kind, int Tone, bool IsShown, IReadOnlyList<MeanInterval?> Points)
{
    /// <summary>
    /// Whether the ticks make no difference to it, as amounts make none to arms without synthetic images.
    /// </summary>
    public bool IsFlat { get; init; }
}
