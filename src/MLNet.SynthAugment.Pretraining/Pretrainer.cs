using MLNet.SynthAugment.Diffusion.ImageSets;
using MLNet.SynthAugment.Pretraining.Captions;
using MLNet.SynthAugment.Pretraining.Checks;
using MLNet.SynthAugment.Pretraining.Drawings;
using MLNet.SynthAugment.Pretraining.ImageSets;
using MLNet.SynthAugment.Pretraining.Models;
using MLNet.SynthAugment.Pretraining.Tokenization;

namespace MLNet.SynthAugment.Pretraining;

/// <summary>
/// Makes a small model that draws from texts and images: prepares images, learns a vocabulary, trains the autoencoder,
/// then a CLIP, then the UNet, and writes a Hugging Face folder that <see cref="LatentDiffusionModel.Load"/> opens,
/// with the whole CLIP in its subfolder <c>clip</c>. Or trains such a model further. A run that was stopped at any
/// moment goes on when it is started again with the same options.
/// </summary>
/// <param name="options">What to train on, how long, where to.</param>
/// <param name="log">Gets sentences for people: the device, images left out, what is done.</param>
public sealed class Pretrainer(PretrainingOptions options, Action<string> log)
{
    /// <summary>
    /// Pictures are prepared at twice their size, so that turning and scaling them costs no sharpness.
    /// </summary>
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
        LogSets();
        using var images = Prepare("images", name => IsExcluded(name) || IsHeldOut(name), work, cancellationToken);
        using var heldOutImages = options.HoldOutClass is null
            ? null
            : Prepare("held-out", name => IsExcluded(name) || !IsHeldOut(name), work, cancellationToken);
        var heldOut = heldOutImages is null ? null : new HeldOutClasses(heldOutImages, SmallModel.ImageSize);
        log($"{images.Classes.Sum(c => c.Count)} images of {images.Classes.Count} classes, "
            + $"{images.Classes.Count(c => c.IsLineDrawing)} of them line drawings.");
        var pictures = new TrainingPictures(
            images, options.Seed, SmallModel.ImageSize, options.InventedShare, options.PhotographShare);

        using var model = options.InitialModel is { } initial ? GoOnFrom(initial) : Begin();
        new DiffusionTraining(options, pictures, model.Diffusion).Run(
            work, step => Show(Path.Combine(work, "preview"), Path.Combine(work, $"samples-{step:d7}.png")), progress,
            cancellationToken);
        Show(options.OutputFolder, Path.Combine(options.OutputFolder, "samples.png"));
        log($"The model is in {options.OutputFolder}.");

        PretrainedModel Begin()
        {
            var tokenizer = LearnVocabulary(pictures);
            // Lines are easy to compress, colours are not: the autoencoder sees more photographs than the UNet.
            var colourfulPictures = new TrainingPictures(
                images, options.Seed, SmallModel.ImageSize, inventedShare: 0.2, photographShare: 0.5);
            var autoencoder = new AutoencoderTraining(options, colourfulPictures, device).Run(
                work, progress, cancellationToken);
            log($"Autoencoder trained; scaling factor {autoencoder.Config.ScalingFactor:f4}.");
            var clip = new ContrastiveTraining(options, pictures, tokenizer, device).Run(
                work, CheckClip, progress, cancellationToken);
            return new PretrainedModel(
                tokenizer, autoencoder, clip, pictures, options.Seed, Path.Combine(work, "clip"), device);
        }

        PretrainedModel GoOnFrom(string folder)
        {
            var begun = new PretrainedModel(folder, device);
            new ContrastiveTraining(options, pictures, begun.Diffusion.Tokenizer, device).Run(
                begun.Clip, work, CheckClip, progress, cancellationToken);
            return begun;
        }

        void CheckClip(ClipModel clip)
        {
            using var scope = NewDisposeScope();
            if (heldOut is not null)
                log($"CLIP's 5-shot accuracy over {heldOut.Count} classes that are not trained on: "
                    + $"{ClassPrototypes.FiveShotAccuracy(clip, heldOut.Read(device)):p1}.");
        }

        void Show(string folder, string samples)
        {
            model.Save(folder, options.Precision);
            var variations = new VariationCheck(model.Diffusion, options.Seed);
            new SamplePicture(variations, pictures, heldOut, options.SamplesPerHalf).Save(samples);
            CheckVariations(variations, model.Clip, heldOut, device);
        }
    }

    private void LogSets()
    {
        foreach (var location in options.Images)
        {
            using var set = ImageSetReader.Survey(location);
            log(set.Description);
        }
    }

    private PreparedImages Prepare(
        string name, Predicate<string> isLeftOut, string work, CancellationToken cancellationToken) =>
        PreparedImages.Open(Path.Combine(work, name), options.Images, PreparedSize, isLeftOut, log, cancellationToken);

    private bool IsExcluded(string className) => options.ExcludeClass?.Invoke(className) ?? false;

    private bool IsHeldOut(string className) => options.HoldOutClass?.Invoke(className) ?? false;

    private void CheckVariations(VariationCheck variations, ClipModel clip, HeldOutClasses? heldOut, Device device)
    {
        using var scope = NewDisposeScope();
        if (heldOut is not null)
            log($"{variations.ShareRight(clip, heldOut.Read(device)):p1} of the variations of classes that are not "
                + "trained on are of the right class, to CLIP.");
    }

    private static ClipTokenizer LearnVocabulary(TrainingPictures pictures)
    {
        // Syllables are repeated so that all of them become single tokens, before rarer words.
        var syllables = Enumerable.Repeat(string.Join(' ', InkDescription.Syllables), 20);
        var texts = pictures.ClassNames.Concat(PromptWriter.TemplateTexts).Concat(syllables);
        return BytePairTrainer.Train(texts, SmallModel.MaxVocabulary, SmallModel.MaxTextTokens);
    }
}
