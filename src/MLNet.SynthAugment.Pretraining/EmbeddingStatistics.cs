using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Pretraining.Drawings;
using MLNet.SynthAugment.Pretraining.Models;
using static MLNet.SynthAugment.Diffusion.KeptScalars;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Pretraining;

/// <summary>Measures mean and spread of the CLIP image embeddings, which the noise on them is scaled by.</summary>
internal static class EmbeddingStatistics
{
    private const int Batches = 8;
    private const int BatchSize = 128;

    // Far from the numbers that training reaches.
    private const long FirstStep = 1L << 31;

    /// <summary>Makes a normalizer of the embeddings of pictures that training has not seen.</summary>
    /// <returns>The normalizer; the caller disposes it.</returns>
    public static StableUnClipImageNormalizer Measure(ClipVisionModel encoder, TrainingPictures pictures, Device device)
    {
        var normalizer = new StableUnClipImageNormalizer(encoder.Config.ProjectionDim, device);
        using var gradientsOff = no_grad();
        using var scope = NewDisposeScope();
        var embeddings = cat([.. Enumerable.Range(0, Batches).Select(Embed)]);
        var parameters = normalizer.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        parameters["mean"].copy_(embeddings.mean([0], keepdim: true));
        parameters["std"].copy_(embeddings.std([0], unbiased: false, keepdim: true));
        return normalizer;

        Tensor Embed(int batch) =>
            encoder.forward(SmallModel.ClipImages.Normalize(
                PictureBatch.Draw(pictures, FirstStep + batch, BatchSize, device).Plus(1) / Kept(2)));
    }
}
