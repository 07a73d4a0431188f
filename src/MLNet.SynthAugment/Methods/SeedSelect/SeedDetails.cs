using System.Text.Json;

namespace MLNet.SynthAugment.Methods;

/// <summary>What is told of an optimised seed, in its file and in the store's manifest.</summary>
/// <param name="Start">Where the optimisation started: "noise", "anchor", "path", or "fresh noise" after starts whose
/// loss was no finite number.</param>
/// <param name="LossBefore">The loss of the start.</param>
/// <param name="LossAfter">The loss of the seed.</param>
/// <param name="Updates">Updates that led to the seed.</param>
/// <param name="Evaluations">How often loss and gradient were computed in all.</param>
internal sealed record SeedDetails(string Start, double LossBefore, double LossAfter, int Updates, int Evaluations)
{
    /// <summary>Cosine of the image's CLIP feature with the mean of its shots; null without semantic loss.</summary>
    public double? SemanticCosine { get; init; }

    /// <summary>Index of the image that the optimisation started from; null for none.</summary>
    public long? Anchor { get; init; }

    /// <summary>Whether the optimisation ended early because a number was not finite.</summary>
    public bool Diverged { get; init; }

    /// <summary>
    /// The shot that the image is conditioned on; null for none. Without its row, so that seeds do not depend on the
    /// order of rows.
    /// </summary>
    public ShotDetails? ConditionShot { get; init; }

    /// <summary>Reads what <see cref="ToJson"/> wrote; null for a text that something else wrote.</summary>
    public static SeedDetails? TryParse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<SeedDetails>(json, DetailsJson.Format);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public string ToJson() => DetailsJson.Write(this);
}
