namespace MLNet.SynthAugment.Evaluation.Comparisons.Results;

/// <summary>The making of one amount of synthetic images.</summary>
/// <param name="Method">The method's name.</param>
/// <param name="Shots">Real images of each class.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Amount">Synthetic images of each class.</param>
/// <param name="Made">Images that were made for it; those of smaller amounts were there before. With a selection, what
/// the progress counted: not all candidates, and some of it rejected.</param>
/// <param name="Seconds">Wall time, with what the method learns first; after an interruption, of the last part.</param>
/// <param name="Acceptance">The share of the candidates looked at that the selection accepted, 0 to 1; null without a
/// selection.</param>
/// <param name="Store">The folder with the images.</param>
public sealed record SynthesisResult(
    string Method, int Shots, int Seed, int Amount, long Made, double Seconds, double? Acceptance, string Store)
{
    /// <summary>Wall time of an image that was made; null if all were there before.</summary>
    public double? SecondsPerImage => Made == 0 ? null : Seconds / Made;
}
