using MLNet.SynthAugment.Pretraining.ImageSets;
using MLNet.SynthAugment.Pretraining.StrokeCharacters;

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

/// <summary>A character made up from a seed, written by as many simulated writers as there are pictures.</summary>
internal sealed class InventedClass(long seed, string id, int size) : IDrawableClass
{
    private const int Writers = 1_000_000;
    private readonly StrokeSkeleton _skeleton = StrokeSkeleton.Create(seed, id);

    public string? Name => null;

    public bool IsLineDrawing => true;

    public void Draw(SeededRandom random, Span<byte> pixels)
    {
        var writer = WriterStyle.Create(seed, random.Next(Writers).ToString());
        var ink = StrokeRenderer.DrawInk(_skeleton, writer, random, size);
        for (var i = 0; i < ink.Length; i++)
            pixels.Slice(3 * i, 3).Fill((byte)MathF.Round(255 * (1 - ink[i])));
    }

    public void DrawPair(SeededRandom random, Span<byte> first, Span<byte> second)
    {
        Draw(random, first);
        Draw(random, second);
    }
}

/// <summary>A class of the user's images, laid down in one of the eight ways.</summary>
internal sealed class PreparedClass(PreparedImages images, ImageClass imageClass, int way) : IDrawableClass
{
    private readonly byte[] _upright = new byte[images.Size * images.Size * 3];

    public string? Name { get; } = imageClass.Name + Turn.NameSuffix(way);

    public bool IsLineDrawing => imageClass.IsLineDrawing;

    public void Draw(SeededRandom random, Span<byte> pixels) => Read(random.Next(imageClass.Count), pixels);

    public void DrawPair(SeededRandom random, Span<byte> first, Span<byte> second)
    {
        var one = random.Next(imageClass.Count);
        Read(one, first);
        Read(imageClass.Count == 1 ? one : (one + 1 + random.Next(imageClass.Count - 1)) % imageClass.Count, second);
    }

    private void Read(int number, Span<byte> pixels)
    {
        images.Read(imageClass.First + number, _upright);
        Turn.Apply(_upright, pixels, images.Size, way);
    }
}
