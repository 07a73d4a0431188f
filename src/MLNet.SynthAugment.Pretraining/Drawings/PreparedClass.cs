using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Pretraining.ImageSets;

namespace MLNet.SynthAugment.Pretraining.Drawings;

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
