using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>
/// Which examples a step trains on: random permutations of all examples, one after the other, cut into batches. A
/// step's batch follows from seed and step alone, so that a resumed run needs no memory of the past.
/// </summary>
internal sealed class ExampleOrder(int examples, int batchSize, long seed)
{
    private long _epoch = -1;
    private long[] _permutation = [];

    /// <summary>Indices of the examples of a step.</summary>
    public int[] Batch(int step)
    {
        var first = (long)step * batchSize;
        return [.. Enumerable.Range(0, batchSize).Select(i => Example(first + i))];
    }

    private int Example(long position)
    {
        var epoch = position / examples;
        if (epoch != _epoch)
        {
            using var generator = Noise.CreateGenerator(new NoiseKey(seed, Index: epoch), "training order");
            using var permutation = randperm(examples, ScalarType.Int64, generator: generator);
            (_epoch, _permutation) = (epoch, permutation.data<long>().ToArray());
        }
        return (int)_permutation[position % examples];
    }
}
