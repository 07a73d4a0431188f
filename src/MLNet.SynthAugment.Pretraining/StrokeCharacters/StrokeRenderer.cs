namespace MLNet.SynthAugment.Pretraining.StrokeCharacters;

/// <summary>Draws a character as one writer would: dark strokes on white paper, edges antialiased.</summary>
public static class StrokeRenderer
{
    /// <summary>One drawing of a character.</summary>
    /// <param name="skeleton">What is drawn.</param>
    /// <param name="style">Who draws it.</param>
    /// <param name="random">The chance of this very drawing: two drawings by one writer differ by it.</param>
    /// <param name="size">Side of the square picture in pixels, at least 8.</param>
    public static Image<Rgb24> Draw(StrokeSkeleton skeleton, WriterStyle style, SeededRandom random, int size)
    {
        var ink = DrawInk(skeleton, style, random, size);
        var image = new Image<Rgb24>(size, size);
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                var level = (byte)MathF.Round(255 * (1 - ink[(y * size) + x]));
                image[x, y] = new Rgb24(level, level, level);
            }
        }
        return image;
    }

    /// <summary>The same drawing as coverage by ink: row by row, 0 (paper) … 1 (ink), size × size values.</summary>
    /// <inheritdoc cref="Draw"/>
    public static float[] DrawInk(StrokeSkeleton skeleton, WriterStyle style, SeededRandom random, int size)
    {
        ArgumentNullException.ThrowIfNull(skeleton);
        ArgumentNullException.ThrowIfNull(style);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 8);
        var toPicture = Placement(style, random, size);
        // A pen thinner than a pixel still leaves a grey line: its width is kept, its darkness falls.
        var radius = Math.Max(style.Thickness * size, 0.5f) / 2;
        var ink = new float[size * size];
        foreach (var stroke in skeleton.Strokes)
        {
            var written = stroke with
            {
                Points = stroke.Points.Select(p => Jitter(p, style.Carelessness, random))
                .ToList()
            };
            var line = written.ToPolyline();
            for (var i = 1; i < line.Count; i++)
                DrawSegment(ink, size, Vector2.Transform(line[i - 1], toPicture), Vector2.Transform(line[i], toPicture),
                    radius);
        }
        return ink;
    }

    private static Vector2 Jitter(Vector2 point, float deviation, SeededRandom random) =>
        point + (new Vector2(random.Normal(), random.Normal()) * deviation);

    private static Matrix3x2 Placement(WriterStyle style, SeededRandom random, int size)
    {
        var stretch = MathF.Sqrt(style.Aspect * MathF.Exp(random.Normal() * 0.08f));
        var scale = style.Size * size * MathF.Exp(random.Normal() * 0.06f);
        var room = (1 - style.Size) * size * 0.35f;
        var shift = new Vector2(random.Uniform(-room, room), random.Uniform(-room, room));
        return Matrix3x2.CreateTranslation(-0.5f, -0.5f)
            * Matrix3x2.CreateScale(scale * stretch, scale / stretch)
            * new Matrix3x2(1, 0, -(style.Slant + (random.Normal() * 0.05f)), 1, 0, 0)
            * Matrix3x2.CreateRotation(style.Rotation + (random.Normal() * 0.04f))
            * Matrix3x2.CreateTranslation(shift + new Vector2(size / 2f));
    }

    /// <summary>
    /// Coverage falls linearly over one pixel around the distance <paramref name="radius"/> from the segment.
    /// </summary>
    private static void DrawSegment(float[] ink, int size, Vector2 from, Vector2 to, float radius)
    {
        var reach = radius + 1;
        var low = Vector2.Min(from, to) - new Vector2(reach);
        var high = Vector2.Max(from, to) + new Vector2(reach);
        var direction = to - from;
        var lengthSquared = Math.Max(direction.LengthSquared(), 1e-6f);
        for (var y = Math.Max(0, (int)low.Y); y <= Math.Min(size - 1, (int)high.Y); y++)
        {
            for (var x = Math.Max(0, (int)low.X); x <= Math.Min(size - 1, (int)high.X); x++)
            {
                var pixel = new Vector2(x + 0.5f, y + 0.5f);
                var nearest = Math.Clamp(Vector2.Dot(pixel - from, direction) / lengthSquared, 0, 1);
                var distance = Vector2.Distance(pixel, from + (direction * nearest));
                var coverage = Math.Clamp(radius + 0.5f - distance, 0, 1) * Math.Min(1, 2 * radius);
                ink[(y * size) + x] = Math.Max(ink[(y * size) + x], coverage);
            }
        }
    }
}

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
