namespace MLNet.SynthAugment.Pretraining.Drawings;

/// <summary>The pictures of a training step as tensors [B, 3, size, size], −1 … 1.</summary>
internal static class PictureBatch
{
    /// <summary>Draws single pictures.</summary>
    public static Tensor Draw(TrainingPictures pictures, long step, int batchSize, Device device)
    {
        var length = 3 * pictures.Size * pictures.Size;
        var values = new float[batchSize * length];
        for (var i = 0; i < batchSize; i++)
            pictures.Draw((step * batchSize) + i, values.AsSpan(i * length, length));
        return ToTensor(values, pictures.Size, device);
    }

    /// <summary>Values, picture after picture and plane after plane, as a tensor.</summary>
    public static Tensor ToTensor(float[] values, int size, Device device)
    {
        using var flat = tensor(values, device: device);
        return flat.reshape(-1, 3, size, size);
    }
}

/// <summary>Two pictures of each of P classes, the classes all different.</summary>
/// <param name="Pictures">[2P, 3, size, size], −1 … 1: one picture of each class, then another of each.</param>
/// <param name="Prompts">The prompts of the 2P pictures.</param>
internal sealed record PairBatch(Tensor Pictures, IReadOnlyList<string> Prompts)
{
    /// <summary>Draws the pictures of a step.</summary>
    /// <param name="pictures">Where they come from.</param>
    /// <param name="step">The step.</param>
    /// <param name="classes">Number of classes P.</param>
    /// <param name="isAligned">Whether a class's two pictures are laid over each other (see
    /// <see cref="TrainingPictures.DrawPairs"/>).</param>
    /// <param name="device">Where the tensor goes.</param>
    public static PairBatch Draw(TrainingPictures pictures, long step, int classes, bool isAligned, Device device)
    {
        var values = new float[2 * classes * 3 * pictures.Size * pictures.Size];
        var prompts = pictures.DrawPairs(step, classes, isAligned, values);
        return new PairBatch(PictureBatch.ToTensor(values, pictures.Size, device), prompts);
    }

    /// <summary>For each row of a tensor over the pictures the row of the class's other picture.</summary>
    public static Tensor OfOthers(Tensor rows) => rows.roll(rows.shape[0] / 2, 0);
}
