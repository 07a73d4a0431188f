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

/// <summary>One movement of the pen, given by control points in the unit square (x to the right, y down).</summary>
/// <param name="Points">At least two control points.</param>
/// <param name="IsCurved">True for a smooth curve through the points, false for straight lines between them.</param>
/// <param name="IsClosed">True when the pen returns to the first point.</param>
public sealed record Stroke(IReadOnlyList<Vector2> Points, bool IsCurved, bool IsClosed = false)
{
    private const int StepsPerSegment = 8;

    /// <summary>
    /// The stroke as a fine polyline; a curved one is the Catmull-Rom spline through the control points.
    /// </summary>
    public IReadOnlyList<Vector2> ToPolyline()
    {
        var segments = IsClosed ? Points.Count : Points.Count - 1;
        var line = new List<Vector2> { Points[0] };
        for (var segment = 0; segment < segments; segment++)
        {
            var steps = IsCurved ? StepsPerSegment : 1;
            for (var step = 1; step <= steps; step++)
                line.Add(CatmullRom(segment, (float)step / steps));
        }
        return line;
    }

    private Vector2 CatmullRom(int segment, float t)
    {
        if (!IsCurved)
            return Vector2.Lerp(At(segment), At(segment + 1), t);
        Vector2 before = At(segment - 1), from = At(segment), to = At(segment + 1), after = At(segment + 2);
        return 0.5f * ((2 * from) + ((to - before) * t)
            + (((2 * before) - (5 * from) + (4 * to) - after) * (t * t))
            + (((3 * from) - before - (3 * to) + after) * (t * t * t)));
    }

    private Vector2 At(int index) => IsClosed
        ? Points[((index % Points.Count) + Points.Count) % Points.Count]
        : Points[Math.Clamp(index, 0, Points.Count - 1)];
}
