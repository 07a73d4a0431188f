namespace MLNet.SynthAugment.Trainers.Training;

/// <summary>
/// Which rows a step is trained on. Where real and synthetic rows have losses of their own, half of a batch is real
/// ones, so that the few of them are not drowned in a batch: DataDream repeats them for the same end.
/// </summary>
internal sealed class BatchOrder
{
    private readonly List<(ShuffledRows Rows, int Count)> _parts = [];

    public BatchOrder(IReadOnlyList<Example> examples, int batchSize, bool split, long seed)
    {
        var rows = Enumerable.Range(0, examples.Count).ToList();
        var real = rows.Where(row => !examples[row].IsSynthetic).ToList();
        BatchSize = Math.Min(batchSize, rows.Count);
        StepsPerEpoch = (rows.Count + BatchSize - 1) / BatchSize;
        if (split && real.Count > 0 && real.Count < rows.Count)
        {
            _parts.Add((new ShuffledRows(real, seed, "real"), BatchSize / 2));
            _parts.Add((new ShuffledRows([.. rows.Except(real)], seed, "synthetic"), BatchSize - BatchSize / 2));
        }
        else
        {
            _parts.Add((new ShuffledRows(rows, seed, "all"), BatchSize));
        }
    }

    /// <summary>Rows of a step.</summary>
    public int BatchSize { get; }

    /// <summary>Steps after which as many rows were seen as there are.</summary>
    public int StepsPerEpoch { get; }

    /// <summary>The rows of a step, from 0: real ones first where there are parts.</summary>
    public int[] Batch(int step) => [.. _parts.SelectMany(part => part.Rows.Take((long)step * part.Count, part.Count))];
}

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
