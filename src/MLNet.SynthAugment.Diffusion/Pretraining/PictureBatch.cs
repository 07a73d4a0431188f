using MLNet.SynthAugment.Diffusion.Pretraining.Drawings;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Pretraining;

/// <summary>The pictures and prompts of one training step.</summary>
/// <param name="Pictures">[B, 3, size, size], −1 … 1, on the device of training.</param>
/// <param name="Prompts">B prompts.</param>
internal sealed record PictureBatch(Tensor Pictures, IReadOnlyList<string> Prompts)
{
    /// <summary>Draws the pictures of a step.</summary>
    public static PictureBatch Draw(TrainingPictures pictures, long step, int batchSize, Device device)
    {
        var length = 3 * pictures.Size * pictures.Size;
        var values = new float[batchSize * length];
        var prompts = new string[batchSize];
        for (var i = 0; i < batchSize; i++)
            prompts[i] = pictures.Draw((step * batchSize) + i, values.AsSpan(i * length, length));
        using var flat = tensor(values, device: device);
        return new PictureBatch(flat.reshape(batchSize, 3, pictures.Size, pictures.Size), prompts);
    }
}
