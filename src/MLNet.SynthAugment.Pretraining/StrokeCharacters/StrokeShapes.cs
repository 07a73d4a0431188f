namespace MLNet.SynthAugment.Pretraining.StrokeCharacters;

/// <summary>The kinds of stroke that scripts are built of: lines, arcs, hooks, corners, waves and loops.</summary>
internal static class StrokeShapes
{
    private const int DirectionsPerTurn = 8;

    /// <summary>Draws one stroke of a random kind, size and direction that begins at a point.</summary>
    public static Stroke Draw(SeededRandom random, Vector2 start)
    {
        // Writers prefer upright, level and diagonal directions: eight of them, blurred a little.
        var direction = ((random.Next(DirectionsPerTurn)
            + random.Uniform(-0.25f, 0.25f)) * MathF.Tau / DirectionsPerTurn);
        var along = new Vector2(MathF.Cos(direction), MathF.Sin(direction)) * random.Uniform(0.45f, 1f);
        var across = new Vector2(-along.Y, along.X) * (random.Chance(0.5) ? 1 : -1);
        return random.Next(7) switch
        {
            0 or 1 => Line(start, along, across * random.Uniform(0, 0.06f)),
            2 => Arc(start, along, across * random.Uniform(0.3f, 0.6f)),
            3 => Hook(start, along, across * random.Uniform(0.25f, 0.5f)),
            4 => Corner(random, start, along, across),
            5 => Wave(start, along, across * random.Uniform(0.2f, 0.4f)),
            _ => Loop(random, start, along),
        };
    }

    private static Stroke Line(Vector2 start, Vector2 along, Vector2 bow) =>
        new([start, start + (along / 2) + bow, start + along], IsCurved: true);

    private static Stroke Arc(Vector2 start, Vector2 along, Vector2 bulge) =>
        new([start, start + (along * 0.15f) + (bulge * 0.7f), start + (along / 2) + bulge,
            start + (along * 0.85f) + (bulge * 0.7f), start + along], IsCurved: true);

    private static Stroke Hook(Vector2 start, Vector2 along, Vector2 side) =>
        new([start, start + (along * 0.5f), start + (along * 0.85f), start + along + (side * 0.4f),
            start + (along * 0.8f) + side], IsCurved: true);

    private static Stroke Corner(SeededRandom random, Vector2 start, Vector2 along, Vector2 across)
    {
        var turn = start + along;
        var end = turn + (across * random.Uniform(0.4f, 1f)) - (along * random.Uniform(0, 0.7f));
        return new(random.Chance(0.4)
            ? [start, turn, end, end + (along * random.Uniform(0.4f, 0.9f))] : [start, turn, end], IsCurved: false);
    }

    private static Stroke Wave(Vector2 start, Vector2 along, Vector2 side) =>
        new([start, start + (along * 0.25f) + side, start + (along * 0.5f), start + (along * 0.75f) - side,
            start + along], IsCurved: true);

    private static Stroke Loop(SeededRandom random, Vector2 start, Vector2 along)
    {
        const int corners = 8;
        var flatness = random.Uniform(0.6f, 1f);
        var radius = along * random.Uniform(0.3f, 0.5f);
        var side = new Vector2(-radius.Y, radius.X) * flatness;
        var centre = start + radius;
        var points = Enumerable.Range(0, corners)
            .Select(i => MathF.PI + (i * MathF.Tau / corners))
            .Select(angle => centre + (radius * MathF.Cos(angle)) + (side * MathF.Sin(angle)))
            .ToList();
        // Some loops end in a tail, as in "6" or "9".
        return random.Chance(0.35)
            ? new([.. points, points[0], points[0] - (along * random.Uniform(0.3f, 0.7f))], IsCurved: true)
            : new(points, IsCurved: true, IsClosed: true);
    }
}
