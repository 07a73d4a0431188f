using MLNet.SynthAugment.Diffusion;

namespace MLNet.SynthAugment.Pretraining.Drawings;

/// <summary>A class that any number of training pictures can be drawn of.</summary>
internal interface IDrawableClass
{
    /// <summary>Its name in prompts; null for an invented class, which only a description can name.</summary>
    string? Name { get; }

    /// <summary>
    /// Whether it shows lines on paper, so that a hand's variations apply and a description means something.
    /// </summary>
    bool IsLineDrawing { get; }

    /// <summary>Draws one picture: another one for other random numbers.</summary>
    /// <param name="random">Chooses the picture.</param>
    /// <param name="pixels">Filled with rows of red, green, blue.</param>
    void Draw(SeededRandom random, Span<byte> pixels);

    /// <summary>Draws two pictures that different people made, as far as the class has more than one.</summary>
    /// <param name="random">Chooses the pictures.</param>
    /// <param name="first">Filled with rows of red, green, blue.</param>
    /// <param name="second">Likewise.</param>
    void DrawPair(SeededRandom random, Span<byte> first, Span<byte> second);
}
