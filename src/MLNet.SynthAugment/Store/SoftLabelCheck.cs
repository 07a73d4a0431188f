using System.Globalization;
using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Store;

/// <summary>Refuses soft labels that no trainer could use, which a user's own method may give.</summary>
internal static class SoftLabelCheck
{
    private const float Tolerance = 1e-3f;

    /// <exception cref="InvalidOperationException">The image's soft labels name no class of the data, or are no
    /// shares.</exception>
    public static void Require(SyntheticImage image, string label, StoreSpecification specification)
    {
        if (image.SoftLabels is { } weights && FindFault(weights, specification) is { } fault)
            throw new InvalidOperationException(
                $"The method '{specification.Method}' gave an image of class '{label}' soft labels that cannot be "
                    + $"used: {fault}.");
    }

    private static string? FindFault(IReadOnlyDictionary<string, float> weights, StoreSpecification specification)
    {
        var unknown = weights.Keys.FirstOrDefault(label => specification.Classes.All(found => found.Label != label));
        if (unknown is not null)
            return $"'{unknown}' is no class of the data";
        if (weights.Values.Any(weight => !(weight >= 0)))
            return "a weight is below 0 or not a number";
        var sum = weights.Values.Sum();
        return Math.Abs(sum - 1) <= Tolerance
            ? null : string.Create(CultureInfo.InvariantCulture, $"their sum is {sum:0.###} instead of 1");
    }
}
