using System.Numerics;
using MLNet.SynthAugment.Diffusion;

namespace MLNet.SynthAugment.Pretraining.Drawings;

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
