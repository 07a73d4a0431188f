using static TorchSharp.torch;

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
