using MLNet.SynthAugment.Diffusion.Pretraining.Captions;
using MLNet.SynthAugment.Diffusion.Pretraining.Drawings;
using MLNet.SynthAugment.Diffusion.Pretraining.ImageSets;
using MLNet.SynthAugment.Diffusion.Pretraining.Tokenization;
using MLNet.SynthAugment.Diffusion.Text;
using MLNet.SynthAugment.Diffusion.UNets;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Pretraining;

/// <summary>
/// Makes a small text-to-image model from images: prepares them, learns a vocabulary, trains the autoencoder, then text
/// encoder and UNet, and writes a Hugging Face folder that <see cref="LatentDiffusionModel.Load"/> opens. A run that was
/// stopped at any moment goes on when it is started again with the same options.
/// </summary>
/// <param name="options">What to train on, how long, where to.</param>
/// <param name="log">Gets sentences for people: the device, images left out, what is done.</param>
public sealed class Pretrainer(PretrainingOptions options, Action<string> log)
{
    /// <summary>Pictures are prepared at twice their size, so that turning and scaling them costs no sharpness.</summary>
    private const int PreparedSize = 2 * SmallModel.ImageSize;

    /// <summary>Runs to the end.</summary>
    /// <param name="progress">Gets a report every few steps.</param>
    /// <param name="cancellationToken">Stops at the next step; a checkpoint is written before.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="InvalidDataException">The images cannot be used.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public void Run(IProgress<PretrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        options.Validate();
        var device = ComputeDevice.Select(options.Device, log);
        var work = Path.Combine(options.OutputFolder, "pretraining");
        using var images = PreparedImages.Open(
            Path.Combine(work, "images"), options.Images, PreparedSize, options.ExcludeClass ?? (_ => false), log, cancellationToken);
        log($"{images.Classes.Sum(c => c.Count)} images of {images.Classes.Count} classes, {images.Classes.Count(c => c.IsLineDrawing)} of them line drawings.");
        var pictures = new TrainingPictures(images, options.Seed, SmallModel.ImageSize, options.InventedShare, options.PhotographShare);
        // Lines are easy to compress, colours are not: the autoencoder sees more photographs than the UNet.
        var colourfulPictures = new TrainingPictures(images, options.Seed, SmallModel.ImageSize, inventedShare: 0.2, photographShare: 0.5);
        var tokenizer = LearnVocabulary(pictures);

        var autoencoder = new AutoencoderTraining(options, colourfulPictures, device).Run(work, progress, cancellationToken);
        log($"Autoencoder trained; scaling factor {autoencoder.Config.ScalingFactor:f4}.");
        using var model = new LatentDiffusionModel(
            tokenizer,
            new ClipTextModel(SmallModel.TextEncoder(tokenizer.VocabularySize), device, ScalarType.Float32),
            autoencoder,
            new UNet2DConditionModel(SmallModel.UNet, device, ScalarType.Float32),
            SmallModel.Scheduler);
        var samples = new SamplePicture(model, pictures, options.Seed, options.SamplesPerPrompt);
        new DiffusionTraining(options, pictures, model).Run(
            work, step => samples.Save(Path.Combine(work, $"samples-{step:d7}.png")), progress, cancellationToken);
        model.Save(options.OutputFolder, options.Precision);
        samples.Save(Path.Combine(options.OutputFolder, "samples.png"));
        log($"The model is in {options.OutputFolder}.");
    }

    private static ClipTokenizer LearnVocabulary(TrainingPictures pictures)
    {
        // Syllables are repeated so that all of them become single tokens, before rarer words.
        var syllables = Enumerable.Repeat(string.Join(' ', InkDescription.Syllables), 20);
        var texts = pictures.ClassNames.Concat(PromptWriter.TemplateTexts).Concat(syllables);
        return BytePairTrainer.Train(texts, SmallModel.MaxVocabulary, SmallModel.MaxTextTokens);
    }
}
