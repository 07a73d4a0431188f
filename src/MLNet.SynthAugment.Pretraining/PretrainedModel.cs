using MLNet.SynthAugment.Diffusion.Autoencoders;
using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Models;
using MLNet.SynthAugment.Diffusion.UNets;
using MLNet.SynthAugment.Diffusion.Weights;
using MLNet.SynthAugment.Pretraining.Drawings;
using MLNet.SynthAugment.Pretraining.Models;

namespace MLNet.SynthAugment.Pretraining;

/// <summary>
/// What pretraining makes: a diffusion model whose text and image encoders are CLIP's towers, and that CLIP.
/// </summary>
internal sealed class PretrainedModel : IDisposable
{
    private const string ClipFolder = "clip";

    /// <summary>
    /// Puts a model together from trained parts, which it owns from then on, and a UNet with random weights.
    /// </summary>
    /// <param name="tokenizer">The tokenizer of both.</param>
    /// <param name="autoencoder">The autoencoder.</param>
    /// <param name="clip">CLIP.</param>
    /// <param name="pictures">Pictures whose CLIP embeddings the noise on embeddings is scaled by.</param>
    /// <param name="seed">Seed of the random weights.</param>
    /// <param name="clipFolder">A folder that CLIP is written to.</param>
    /// <param name="device">Where the model lives.</param>
    public PretrainedModel(ClipTokenizer tokenizer, AutoencoderKL autoencoder, ClipModel clip,
        TrainingPictures pictures, long seed, string clipFolder, Device device)
    {
        Clip = clip;
        SaveClip(clipFolder, tokenizer, Precision.Float32);
        var imageEncoder = ClipVisionModel.FromFolder(clipFolder, device);
        Diffusion = new LatentDiffusionModel(
            tokenizer,
            ClipTextModel.FromFolder(
                clipFolder, SmallModel.TextEncoder(tokenizer.VocabularySize), device, ScalarType.Float32),
            autoencoder,
            new UNet2DConditionModel(SmallModel.UNet, device, ScalarType.Float32),
            SmallModel.Scheduler,
            new OptionalModelParts
            {
                ImageEncoder = imageEncoder,
                ImageProcessor = SmallModel.ClipImages,
                ImageNormalizer = EmbeddingStatistics.Measure(imageEncoder, pictures, device),
                ImageNoisingSchedulerConfig = SmallModel.ImageNoisingScheduler,
            });
        using var generator = Noise.CreateGenerator(new NoiseKey(seed), "diffusion weights");
        ParameterInitializer.Initialize(Diffusion.UNet, generator);
    }

    /// <summary>Opens a model that was saved, to train its UNet and its CLIP further.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="device">Where the model is to live.</param>
    /// <exception cref="ModelFolderException">It is no such folder.</exception>
    public PretrainedModel(string folder, Device device)
    {
        Diffusion = LatentDiffusionModel.Load(folder, new LoadOptions { Device = device });
        if (Diffusion.ImageEncoder is null || Diffusion.UNet.Config.InChannels != 2 * Diffusion.Vae.LatentChannels
            || Diffusion.ImageSize != SmallModel.ImageSize)
        {
            Diffusion.Dispose();
            throw new ModelFolderException(
                $"'{folder}' cannot be trained further here: it is not a model that pretraining made, of "
                    + $"{SmallModel.ImageSize} × {SmallModel.ImageSize} pixels, with an image encoder and a UNet "
                    + "that takes a picture's latents.");
        }
        Clip = ClipModel.FromFolder(Path.Combine(folder, ClipFolder), device);
        ModuleWeights.SetTrainable(Diffusion.UNet, true);
        ModuleWeights.SetTrainable(Clip, true);
    }

    /// <summary>The diffusion model.</summary>
    public LatentDiffusionModel Diffusion { get; }

    /// <summary>
    /// CLIP. The diffusion model holds copies of its towers, which stay as they are when CLIP is trained further.
    /// </summary>
    public ClipModel Clip { get; }

    /// <summary>Writes the diffusion model, and CLIP into the subfolder <c>clip</c>.</summary>
    public void Save(string folder, Precision precision)
    {
        Diffusion.Save(folder, precision);
        SaveClip(Path.Combine(folder, ClipFolder), Diffusion.Tokenizer, precision);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Diffusion.Dispose();
        Clip.Dispose();
    }

    private void SaveClip(string folder, ClipTokenizer tokenizer, Precision precision)
    {
        Clip.Save(folder, precision.ToScalarType());
        tokenizer.Save(folder);
        SmallModel.ClipImages.Save(folder);
    }
}

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
