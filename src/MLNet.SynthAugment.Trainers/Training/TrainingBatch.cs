using MLNet.SynthAugment.Trainers.Augmentation;

namespace MLNet.SynthAugment.Trainers.Training;

/// <summary>The augmented images of a step and their labels.</summary>
/// <param name="Images">float32 [B, 3, S, S], 0 to 1, on the CPU.</param>
/// <param name="Targets">float32 [B, classes], each row a distribution, on the CPU.</param>
/// <param name="IsSynthetic">B values.</param>
/// <param name="Weights">B example weights.</param>
internal sealed record TrainingBatch(Tensor Images, Tensor Targets, bool[] IsSynthetic, float[] Weights)
{
    /// <param name="examples">The rows of the batch.</param>
    /// <param name="options">Augmentation, smoothing and seed.</param>
    /// <param name="imageSize">Side of the images in pixels.</param>
    /// <param name="classCount">The number of classes.</param>
    /// <param name="step">The step, from 0.</param>
    public static TrainingBatch Create(
        IReadOnlyList<Example> examples, ImageTrainerOptions options, int imageSize, int classCount, int step)
    {
        var images = new List<Tensor>();
        var targets = new float[examples.Count * classCount];
        for (var i = 0; i < examples.Count; i++)
        {
            using var image = examples[i].OpenImage();
            images.Add(options.Augmentation.Apply(
                image, imageSize, SeededRandom.Create(new NoiseKey(options.Seed, Index: step), $"augmentation {i}")));
            examples[i].FillTarget(targets.AsSpan(i * classCount, classCount), options.LabelSmoothing);
        }
        if (options.Augmentation.DrawMix(
            SeededRandom.Create(new NoiseKey(options.Seed, Index: step), "mixing")) is { } mix)
            images = Mix(mix, images, targets, examples, new NoiseKey(options.Seed, Index: step));
        return new TrainingBatch(
            stack(images), tensor(targets, [examples.Count, classCount]),
            [.. examples.Select(example => example.IsSynthetic)], [.. examples.Select(example => example.Weight)]);
    }

    // Partners are of one kind, real or synthetic, and of one weight: their mix is as certain as each of them.
    private static List<Tensor> Mix(
        IImageMix mix, List<Tensor> images, float[] targets, IReadOnlyList<Example> examples,
        NoiseKey place)
    {
        var classCount = targets.Length / examples.Count;
        var mixed = images.ToList();
        var unmixed = targets.ToArray();
        foreach (var group in Enumerable.Range(0, examples.Count)
            .GroupBy(i => (examples[i].IsSynthetic, examples[i].Weight)))
        {
            var rows = group.ToList();
            for (var k = 0; k < rows.Count; k++)
            {
                var (first, second) = (rows[k], rows[(k + 1) % rows.Count]);
                var (image, share) = mix.Mix(
                    images[first], images[second], SeededRandom.Create(place, $"mixing {first}"));
                mixed[first] = image;
                for (var c = 0; c < classCount; c++)
                    targets[first * classCount + c] =
                        (float)(share * unmixed[first * classCount + c]
                        + (1 - share) * unmixed[second * classCount + c]);
            }
        }
        return mixed;
    }
}
