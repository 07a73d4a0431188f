using MLNet.SynthAugment.FewShot;

namespace MLNet.SynthAugment.Methods.Translation;

/// <summary>One image to make from a noised shot.</summary>
/// <param name="Index">The image's number within its class.</param>
/// <param name="Prompt">What it shall show.</param>
/// <param name="Shot">The shot it starts from; of its class or another one.</param>
/// <param name="Strength">How far the shot goes back to noise, above 0 to 1.</param>
internal sealed record ShotTranslation(long Index, string Prompt, Shot Shot, double Strength)
{
    /// <summary>A second shot whose latents are mixed in; null for none.</summary>
    public Shot? SecondShot { get; init; }

    /// <summary>The second shot's share, 0 to 1.</summary>
    public double Mix { get; init; }
}
