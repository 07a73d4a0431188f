using System.Globalization;
using MLNet.SynthAugment.Logging;

namespace MLNet.SynthAugment.Synthesis;

/// <summary>Tells how many candidates were accepted, and warns of classes that the rejected fill up.</summary>
internal static class SelectionLog
{
    public static void Report(IReadOnlyList<ClassCandidates> classes, SynthesisLog log)
    {
        var (candidates, accepted) = (classes.Sum(found => found.Decided), classes.Sum(found => found.Accepted));
        log.Info(string.Create(CultureInfo.InvariantCulture,
            $"The selection accepted {accepted} of {candidates} candidates ({100.0 * accepted / Math.Max(candidates, 1):0.#} %)."));
        foreach (var found in classes.Where(found => found.FilledUp > 0))
        {
            var copies = found.Rejected.Count(image => image.Decision!.IsNearCopy);
            log.Warn($"Class '{found.Class.Label}': only {found.Accepted} of {found.Decided} candidates were "
                + $"accepted ({copies} of the others are near copies), "
                + $"and MaxTries allows no more: the best {found.FilledUp} of the rejected fill up its {found.Total} "
                + "images.");
        }
    }
}
