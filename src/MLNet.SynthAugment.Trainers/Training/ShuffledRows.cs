using MLNet.SynthAugment.Diffusion;

namespace MLNet.SynthAugment.Trainers.Training;

/// <summary>
/// Random permutations of some rows, one after the other. What comes at a place follows from seed and place alone.
/// </summary>
internal sealed class ShuffledRows(IReadOnlyList<int> rows, long seed, string name)
{
    private long _round = -1;
    private int[] _permutation = [];

    public IEnumerable<int> Take(long first, int count)
    {
        for (var place = first; place < first + count; place++)
            yield return At(place);
    }

    private int At(long place)
    {
        if (place / rows.Count is var round && round != _round)
        {
            _permutation = [.. rows];
            var random = SeededRandom.Create(new NoiseKey(seed, name, round), "row order");
            // Fisher and Yates.
            for (var i = _permutation.Length - 1; i > 0; i--)
            {
                var j = random.Next(i + 1);
                (_permutation[i], _permutation[j]) = (_permutation[j], _permutation[i]);
            }
            _round = round;
        }
        return _permutation[place % rows.Count];
    }
}
