using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Pretraining.StrokeCharacters;

namespace MLNet.SynthAugment.Pretraining.Drawings;

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
