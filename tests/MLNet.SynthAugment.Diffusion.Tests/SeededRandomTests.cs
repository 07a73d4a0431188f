namespace MLNet.SynthAugment.Diffusion.Tests;

public sealed class SeededRandomTests
{
    private const int Draws = 20_000;

    [Fact]
    public void EqualArgumentsGiveEqualNumbers() => Assert.Equal(Numbers(7, "a", 3, "x"), Numbers(7, "a", 3, "x"));

    [Theory]
    [InlineData(8, "a", 3, "x")]
    [InlineData(7, "b", 3, "x")]
    [InlineData(7, "a", 4, "x")]
    [InlineData(7, "a", 3, "y")]
    [InlineData(7, "a|x", 3, "")]
    public void EveryArgumentMatters(long seed, string name, long index, string stream) =>
        Assert.NotEqual(Numbers(7, "a", 3, "x"), Numbers(seed, name, index, stream));

    [Fact]
    public void NormalNumbersHaveMeanZeroAndVarianceOne()
    {
        var random = SeededRandom.Create(new NoiseKey(1), "");
        var numbers = Enumerable.Range(0, Draws).Select(_ => (double)random.Normal()).ToList();
        // Four standard errors.
        Assert.InRange(numbers.Average(), -4 / Math.Sqrt(Draws), 4 / Math.Sqrt(Draws));
        Assert.InRange(numbers.Average(x => x * x), 1 - (4 * Math.Sqrt(2.0 / Draws)), 1 + (4 * Math.Sqrt(2.0 / Draws)));
    }

    [Fact]
    public void IntegersCoverTheirRangeEvenly()
    {
        var random = SeededRandom.Create(new NoiseKey(1), "");
        var counts = new int[5];
        for (var i = 0; i < Draws; i++)
            counts[random.Next(counts.Length)]++;
        Assert.All(counts, count => Assert.InRange(count, (Draws / 5) - 250, (Draws / 5) + 250));
    }

    private static double[] Numbers(long seed, string name, long index, string stream)
    {
        var random = SeededRandom.Create(new NoiseKey(seed, name, index), stream);
        return [random.NextDouble(), random.NextDouble(), random.NextDouble()];
    }
}
