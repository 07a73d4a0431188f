using System.Numerics;
using MLNet.SynthAugment.Diffusion;

namespace MLNet.SynthAugment.Pretraining.StrokeCharacters;

/// <summary>
/// An invented character: the strokes that every writer of it means to draw. A class of handwriting-like images is
/// one skeleton; its images are the skeleton drawn by many simulated writers (<see cref="StrokeRenderer"/>).
/// </summary>
public sealed class StrokeSkeleton
{
    private StrokeSkeleton(string className, IReadOnlyList<Stroke> strokes)
    {
        ClassName = className;
        Strokes = strokes;
    }

    /// <summary>The name from which the skeleton was drawn.</summary>
    public string ClassName { get; }

    /// <summary>
    /// One to four strokes, together filling the unit square in its longer direction and centred in it.
    /// </summary>
    public IReadOnlyList<Stroke> Strokes { get; }

    /// <summary>
    /// Invents the character that belongs to a name: the same for equal arguments, another for any other.
    /// </summary>
    /// <param name="seed">Seed of the whole set of characters.</param>
    /// <param name="className">The class.</param>
    public static StrokeSkeleton Create(long seed, string className)
    {
        var random = SeededRandom.Create(new NoiseKey(seed, className), "stroke skeleton");
        var count = 1 + random.Next(4);
        var strokes = new List<Stroke>();
        for (var i = 0; i < count; i++)
            strokes.Add(StrokeShapes.Draw(random, StartPoint(random, strokes)));
        return new StrokeSkeleton(className, FitUnitSquare(strokes));
    }

    /// <summary>Characters hang together: most strokes begin at an end or in the middle of an earlier one.</summary>
    private static Vector2 StartPoint(SeededRandom random, List<Stroke> earlier)
    {
        if (earlier.Count == 0 || random.Chance(0.3))
            return new Vector2(random.Uniform(0, 1), random.Uniform(0, 1));
        var line = earlier[random.Next(earlier.Count)].ToPolyline();
        return random.Next(3) switch { 0 => line[0], 1 => line[^1], _ => line[random.Next(line.Count)] };
    }

    private static List<Stroke> FitUnitSquare(List<Stroke> strokes)
    {
        var points = strokes.SelectMany(stroke => stroke.ToPolyline()).ToList();
        var low = points.Aggregate(Vector2.Min);
        var high = points.Aggregate(Vector2.Max);
        var scale = 1 / Math.Max(high.X - low.X, high.Y - low.Y);
        var centre = (low + high) / 2;
        return strokes
            .Select(stroke => stroke with
            {
                Points = stroke.Points.Select(
                p => ((p - centre) * scale) + new Vector2(0.5f)).ToList()
            })
            .ToList();
    }
}
