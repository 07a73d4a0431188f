using MLNet.SynthAugment.Diffusion;

namespace MLNet.SynthAugment.Pretraining.StrokeCharacters;

/// <summary>How one simulated person writes: what all of that person's characters have in common.</summary>
/// <param name="Slant">Shear: horizontal shift for each unit of height, −0.3 … 0.3.</param>
/// <param name="Aspect">Width over height, 0.75 … 1.35.</param>
/// <param name="Size">Share of the picture's side that a character takes, 0.5 … 0.85.</param>
/// <param name="Rotation">Turn of the whole character in radians.</param>
/// <param name="Thickness">Pen width as a share of the picture's side.</param>
/// <param name="Carelessness">Standard deviation of every control point, in units of the character's size.</param>
public sealed record WriterStyle(
    float Slant, float Aspect, float Size, float Rotation, float Thickness, float Carelessness)
{
    /// <summary>The writer who belongs to a name.</summary>
    /// <param name="seed">Seed of the whole set of characters.</param>
    /// <param name="writer">The writer's name or number: writers with other names write otherwise.</param>
    public static WriterStyle Create(long seed, string writer)
    {
        var random = SeededRandom.Create(new NoiseKey(seed, writer), "writer style");
        return new WriterStyle(
            Slant: random.Uniform(-0.3f, 0.3f),
            Aspect: random.Uniform(0.75f, 1.35f),
            Size: random.Uniform(0.5f, 0.85f),
            Rotation: random.Normal() * 0.08f,
            Thickness: random.Uniform(0.022f, 0.042f),
            Carelessness: random.Uniform(0.015f, 0.05f));
    }
}
