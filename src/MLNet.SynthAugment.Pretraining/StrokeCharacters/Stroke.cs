using System.Numerics;

namespace MLNet.SynthAugment.Pretraining.StrokeCharacters;

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
