using MLNet.SynthAugment.Pretraining.Captions;

namespace MLNet.SynthAugment.Pretraining.Drawings;

/// <summary>Resamples a square picture under an affine map, four bilinear samples a pixel.</summary>
internal static class AffineWarp
{
    /// <summary>Random maps as a writer's hand makes them: slant, size, place, a small turn.</summary>
    public static Matrix3x2 ForLineDrawing(SeededRandom random)
    {
        var stretch = MathF.Exp(random.Normal() * 0.08f);
        var scale = MathF.Exp(random.Normal() * 0.10f);
        return Matrix3x2.CreateScale(scale * stretch, scale / stretch)
            * new Matrix3x2(1, 0, random.Normal() * 0.10f, 1, 0, 0)
            * Matrix3x2.CreateRotation(random.Normal() * 0.10f)
            * Matrix3x2.CreateTranslation(random.Normal() * 0.04f, random.Normal() * 0.04f);
    }

    /// <summary>The slight differences that are left between pictures laid over each other.</summary>
    public static Matrix3x2 ForAligned(SeededRandom random) =>
        Matrix3x2.CreateScale(MathF.Exp(random.Normal() * 0.05f), MathF.Exp(random.Normal() * 0.05f))
            * new Matrix3x2(1, 0, random.Normal() * 0.05f, 1, 0, 0)
            * Matrix3x2.CreateRotation(random.Normal() * 0.05f)
            * Matrix3x2.CreateTranslation(random.Normal() * 0.02f, random.Normal() * 0.02f);

    /// <summary>The map that lays one square over another, both in pixels of a source.</summary>
    public static Matrix3x2 Align(InkFrame from, InkFrame to, int sourceSize) =>
        Matrix3x2.CreateTranslation(-Centre(from, sourceSize))
            * Matrix3x2.CreateScale(to.Side / from.Side)
            * Matrix3x2.CreateTranslation(Centre(to, sourceSize));

    private static Vector2 Centre(InkFrame frame, int sourceSize) =>
        (new Vector2(frame.Left + (frame.Side / 2), frame.Top + (frame.Side / 2)) / sourceSize) - new Vector2(0.5f);

    /// <summary>Random maps as a camera makes them: a crop of at least 70 % of the side, perhaps mirrored.</summary>
    public static Matrix3x2 ForPhotograph(SeededRandom random)
    {
        var crop = random.Uniform(0.7f, 1f);
        var room = (1 - crop) / 2;
        return Matrix3x2.CreateScale(random.Chance(0.5) ? -crop : crop, crop)
            * Matrix3x2.CreateTranslation(random.Uniform(-room, room), random.Uniform(-room, room));
    }

    /// <summary>Fills <paramref name="destination"/> with three planes (red, green, blue) of values −1 … 1.</summary>
    /// <param name="source">Rows of red, green, blue.</param>
    /// <param name="sourceSize">Side of the source in pixels.</param>
    /// <param name="toSource">Maps a place of the result to one of the source; both squares reach from −½ to ½.</param>
    /// <param name="destination">3 × size × size values.</param>
    /// <param name="size">Side of the result in pixels.</param>
    /// <param name="bend">Displaces the places of the result before; null for none.</param>
    public static void Apply(
        ReadOnlySpan<byte> source, int sourceSize, Matrix3x2 toSource, Span<float> destination, int size,
        SmoothBend? bend = null)
    {
        const int samplesPerSide = 2;
        var plane = size * size;
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                var sum = Vector3.Zero;
                for (var sample = 0; sample < samplesPerSide * samplesPerSide; sample++)
                {
                    var place = new Vector2(
                        (x + (((sample % samplesPerSide) + 0.5f) / samplesPerSide)) / size,
                        (y + (((sample / samplesPerSide) + 0.5f) / samplesPerSide)) / size) - new Vector2(0.5f);
                    var from = Vector2.Transform(bend?.Apply(place) ?? place, toSource) + new Vector2(0.5f);
                    sum += Bilinear(source, sourceSize, (from * sourceSize) - new Vector2(0.5f));
                }
                var mean = (sum / (samplesPerSide * samplesPerSide * 127.5f)) - Vector3.One;
                var pixel = (y * size) + x;
                destination[pixel] = mean.X;
                destination[plane + pixel] = mean.Y;
                destination[(2 * plane) + pixel] = mean.Z;
            }
        }
    }

    /// <summary>Beyond the border the border's colour goes on.</summary>
    private static Vector3 Bilinear(ReadOnlySpan<byte> source, int size, Vector2 place)
    {
        place = Vector2.Clamp(place, Vector2.Zero, new Vector2(size - 1));
        int x = (int)place.X, y = (int)place.Y;
        int right = Math.Min(x + 1, size - 1), below = Math.Min(y + 1, size - 1);
        float fx = place.X - x, fy = place.Y - y;
        return Vector3.Lerp(
            Vector3.Lerp(Pixel(source, (y * size) + x), Pixel(source, (y * size) + right), fx),
            Vector3.Lerp(Pixel(source, (below * size) + x), Pixel(source, (below * size) + right), fx),
            fy);
    }

    private static Vector3 Pixel(ReadOnlySpan<byte> source, int index) =>
        new(source[index * 3], source[(index * 3) + 1], source[(index * 3) + 2]);
}

/// <summary>
/// A smooth random displacement of a square's places: random at the crossings of a coarse grid, between them a smooth
/// mean of the nearest four. A coarse form of elastic distortion (Simard, Steinkraus and Platt 2003, section 2).
/// </summary>
internal sealed class SmoothBend
{
    private const int GridSide = 4;

    private readonly Vector2[] _displacements = new Vector2[GridSide * GridSide];

    /// <param name="random">Gives the displacements.</param>
    /// <param name="strength">Their standard deviation, as a part of the square's side.</param>
    public SmoothBend(SeededRandom random, float strength)
    {
        for (var i = 0; i < _displacements.Length; i++)
            _displacements[i] = strength * new Vector2(random.Normal(), random.Normal());
    }

    /// <summary>Where a place goes; the square reaches from −½ to ½.</summary>
    public Vector2 Apply(Vector2 place)
    {
        var onGrid = Vector2.Clamp(
            (place + new Vector2(0.5f)) * (GridSide - 1), Vector2.Zero, new Vector2(GridSide - 1));
        var column = Math.Min((int)onGrid.X, GridSide - 2);
        var row = Math.Min((int)onGrid.Y, GridSide - 2);
        var (right, below) = (SmoothStep(onGrid.X - column), SmoothStep(onGrid.Y - row));
        return place + Vector2.Lerp(
            Vector2.Lerp(At(column, row), At(column + 1, row), right),
            Vector2.Lerp(At(column, row + 1), At(column + 1, row + 1), right),
            below);
    }

    private Vector2 At(int column, int row) => _displacements[(row * GridSide) + column];

    private static float SmoothStep(float x) => x * x * (3 - (2 * x));
}
