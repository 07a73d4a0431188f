namespace MLNet.SynthAugment.Pretraining.Captions;

/// <summary>
/// Says in words where a drawing has ink. The drawing's frame is divided into 5 × 5 cells, and each cell with ink gives
/// a syllable in reading order: its first letter names the row (b d f g k), its second the column (a e i o u), its
/// third the direction of the ink there (l upright, m level, n falling, r rising, s several). A vertical line through
/// the middle is "bil dil fil gil kil". A model pretrained on such captions has a text input that can tell apart any
/// number of characters, named or not.
/// </summary>
public static class InkDescription
{
    private const string Rows = "bdfgk";
    private const string Columns = "aeiou";
    private const string Directions = "lrmns";
    private const int Grid = 5;

    /// <summary>All syllables: 5 rows × 5 columns × 5 directions.</summary>
    public static IReadOnlyList<string> Syllables { get; } =
        [.. from row in Rows from column in Columns from direction in Directions select $"{row}{column}{direction}"];

    /// <summary>Describes a drawing of dark lines on light paper.</summary>
    /// <param name="image">The drawing, at least 5 × 5 pixels; 64 × 64 is right.</param>
    /// <returns>Syllables with spaces between; empty for a blank page.</returns>
    public static string Describe(Image<Rgb24> image)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfLessThan(Math.Min(image.Width, image.Height), Grid, nameof(image));
        var pixels = new byte[image.Width * image.Height * 3];
        image.CopyPixelDataTo(pixels);
        return Describe(pixels, image.Width, image.Height);
    }

    /// <summary>Describes a drawing given as rows of red, green, blue.</summary>
    internal static string Describe(ReadOnlySpan<byte> pixels, int width, int height)
    {
        var ink = InkFrame.Ink(pixels);
        if (InkFrame.Find(ink, width, height) is not var (left, top, side))
            return "";
        // Cells of the frame, so that place and size of a drawing do not matter but its proportions do.
        var cells = new Cell[Grid * Grid];
        for (var y = 1; y < height - 1; y++)
        {
            for (var x = 1; x < width - 1; x++)
            {
                int column = (int)((x + 0.5f - left) * Grid / side), row = (int)((y + 0.5f - top) * Grid / side);
                if (x + 0.5f < left || y + 0.5f < top || column >= Grid || row >= Grid)
                    continue;
                var at = (y * width) + x;
                cells[(row * Grid) + column].Add(ink[at], ink[at + 1] - ink[at - 1], ink[at + width] - ink[at - width]);
            }
        }
        return Write(cells);
    }

    private static string Write(Cell[] cells)
    {
        var inked = cells.Where(cell => cell.Ink > 0).Select(cell => cell.Ink).ToList();
        if (inked.Count == 0)
            return "";
        // A stroke that only grazes a cell is not worth a word.
        var threshold = 0.4f * inked.Average();
        var words = new List<string>();
        for (var i = 0; i < cells.Length; i++)
        {
            if (cells[i].Ink >= threshold)
                words.Add($"{Rows[i / Grid]}{Columns[i % Grid]}{cells[i].Direction}");
        }
        return string.Join(' ', words);
    }

    /// <summary>Ink and structure tensor (Förstner and Gülch 1987) of a cell.</summary>
    private struct Cell
    {
        private float _xx, _xy, _yy;

        public float Ink { get; private set; }

        public readonly char Direction
        {
            get
            {
                var spread = new Vector2(_xx - _yy, 2 * _xy);
                if (spread.Length() < 0.35f * (_xx + _yy))
                    return Directions[^1];
                // Twice the angle of the gradient, which stands at right angles to the stroke; four sectors of 45°.
                var sector = (int)MathF.Round(MathF.Atan2(spread.Y, spread.X) / (MathF.PI / 2));
                return Directions[(sector + 4) % 4];
            }
        }

        public void Add(float ink, float gradientX, float gradientY)
        {
            Ink += ink;
            _xx += gradientX * gradientX;
            _xy += gradientX * gradientY;
            _yy += gradientY * gradientY;
        }
    }
}

/// <summary>The square around the ink of a drawing of dark lines on light paper.</summary>
/// <param name="Left">Its left side in pixels.</param>
/// <param name="Top">Its upper side in pixels.</param>
/// <param name="Side">Its side in pixels.</param>
internal readonly record struct InkFrame(float Left, float Top, float Side)
{
    private const float FaintestInk = 0.1f;

    /// <summary>Finds the frame; null for a blank page.</summary>
    /// <param name="ink">0 (paper) … 1 (ink), row by row.</param>
    /// <param name="width">Width of the drawing in pixels.</param>
    /// <param name="height">Height of the drawing in pixels.</param>
    public static InkFrame? Find(ReadOnlySpan<float> ink, int width, int height)
    {
        var darkest = 0f;
        foreach (var value in ink)
            darkest = Math.Max(darkest, value);
        if (darkest < FaintestInk)
            return null;
        int left = width, top = height, right = 0, bottom = 0;
        for (var i = 0; i < ink.Length; i++)
        {
            if (ink[i] < darkest / 2)
                continue;
            left = Math.Min(left, i % width);
            right = Math.Max(right, (i % width) + 1);
            top = Math.Min(top, i / width);
            bottom = Math.Max(bottom, (i / width) + 1);
        }
        var side = Math.Max(right - left, bottom - top);
        return new InkFrame((left + right - side) / 2f, (top + bottom - side) / 2f, side);
    }

    /// <summary>How dark each pixel is, 0 … 1.</summary>
    /// <param name="pixels">Rows of red, green, blue.</param>
    public static float[] Ink(ReadOnlySpan<byte> pixels)
    {
        var ink = new float[pixels.Length / 3];
        for (var i = 0; i < ink.Length; i++)
            ink[i] = 1 - ((pixels[3 * i] + pixels[(3 * i) + 1] + pixels[(3 * i) + 2]) / (3 * 255f));
        return ink;
    }
}
