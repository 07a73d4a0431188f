using MLNet.SynthAugment.Diffusion.Autoencoders;
using MLNet.SynthAugment.Diffusion.Pretraining.Drawings;
using MLNet.SynthAugment.Diffusion.Text;
using MLNet.SynthAugment.Diffusion.UNets;
using MLNet.SynthAugment.Diffusion.Vision;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Pretraining;

/// <summary>What pretraining makes: a diffusion model whose text and image encoders are CLIP's towers, and that CLIP.</summary>
internal sealed class PretrainedModel : IDisposable
{
    private readonly ClipTokenizer _tokenizer;

    /// <summary>Puts the model together from trained parts, which it owns from then on; its UNet has no values yet.</summary>
    /// <param name="tokenizer">The tokenizer of both.</param>
    /// <param name="autoencoder">The autoencoder.</param>
    /// <param name="clip">CLIP.</param>
    /// <param name="pictures">Pictures whose CLIP embeddings the noise on embeddings is scaled by.</param>
    /// <param name="clipFolder">A folder that CLIP is written to.</param>
    /// <param name="device">Where the model lives.</param>
    public PretrainedModel(ClipTokenizer tokenizer, AutoencoderKL autoencoder, ClipModel clip, TrainingPictures pictures, string clipFolder, Device device)
    {
        (_tokenizer, Clip) = (tokenizer, clip);
        SaveClip(clipFolder, Precision.Float32);
        var imageEncoder = ClipVisionModel.FromFolder(clipFolder, device);
        Diffusion = new LatentDiffusionModel(
            tokenizer,
            ClipTextModel.FromFolder(clipFolder, SmallModel.TextEncoder(tokenizer.VocabularySize), device, ScalarType.Float32),
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
    }

    /// <summary>The diffusion model.</summary>
    public LatentDiffusionModel Diffusion { get; }

    /// <summary>CLIP, of which the diffusion model holds copies.</summary>
    public ClipModel Clip { get; }

    /// <summary>Writes the diffusion model, and CLIP into the subfolder <c>clip</c>.</summary>
    public void Save(string folder, Precision precision)
    {
        Diffusion.Save(folder, precision);
        SaveClip(Path.Combine(folder, "clip"), precision);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Diffusion.Dispose();
        Clip.Dispose();
    }

    private void SaveClip(string folder, Precision precision)
    {
        Clip.Save(folder, precision.ToScalarType());
        _tokenizer.Save(folder);
        SmallModel.ClipImages.Save(folder);
    }
}
