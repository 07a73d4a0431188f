using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Pretraining.Drawings;
using MLNet.SynthAugment.Pretraining.Models;
using MLNet.SynthAugment.Pretraining.Optimization;

namespace MLNet.SynthAugment.Pretraining;

/// <summary>
/// Trains a CLIP (Radford et al. 2021): in a batch of classes that all differ, a picture belongs to its prompt, and to
/// the class's other picture. The second is what tells classes apart that have no name the text encoder knows
/// (supervised contrastive learning with one positive; Khosla et al. 2020).
/// </summary>
internal sealed class ContrastiveTraining(
    PretrainingOptions options, TrainingPictures pictures, ClipTokenizer tokenizer, Device device)
{
    // As in CLIP: the logits' factor stays below 100.
    private static readonly double s_maxLogitScale = Math.Log(100);
    private const string StageName = "contrastive";

    /// <summary>Trains a CLIP from random weights, or takes up its checkpoint.</summary>
    /// <returns>The model with averaged weights; the caller disposes it.</returns>
    /// <inheritdoc cref="Run(ClipModel, string, Action{ClipModel}, IProgress{PretrainingProgress}?,
    /// CancellationToken)"/>
    public ClipModel Run(string checkpointFolder, Action<ClipModel> check, IProgress<PretrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        var clip = new ClipModel(SmallModel.Clip(tokenizer.VocabularySize), device);
        using var generator = Noise.CreateGenerator(new NoiseKey(options.Seed), "contrastive weights");
        ParameterInitializer.Initialize(clip, generator);
        Run(clip, checkpointFolder, check, progress, cancellationToken);
        return clip;
    }

    /// <summary>
    /// Trains a CLIP from the weights that it has, or takes up its checkpoint; at the end it holds the averaged
    /// weights.
    /// </summary>
    /// <param name="clip">The model.</param>
    /// <param name="checkpointFolder">Where the checkpoint is kept.</param>
    /// <param name="check">Called now and then while the model holds averaged weights.</param>
    /// <param name="progress">Gets reports.</param>
    /// <param name="cancellationToken">Ends training; the checkpoint is kept.</param>
    public void Run(ClipModel clip, string checkpointFolder, Action<ClipModel> check,
        IProgress<PretrainingProgress>? progress, CancellationToken cancellationToken)
    {
        using var optimizer = new AveragedAdamW(clip.named_parameters());
        var stage = new TrainingStage(StageName, optimizer, options.ContrastiveBudget, options.ContrastiveLearningRate,
            Path.Combine(checkpointFolder, "contrastive.safetensors"), options.CheckpointInterval);
        stage.Run(2 * options.ContrastiveClasses, step => Loss(clip, step),
            () => optimizer.WithAverages(() => check(clip)), progress, cancellationToken);
        optimizer.SwapAverages();
        check(clip);
    }

    private Tensor Loss(ClipModel clip, long step)
    {
        using (no_grad())
            clip.LogitScale.clamp_max_(Kept(s_maxLogitScale));
        var classes = options.ContrastiveClasses;
        var batch = PairBatch.Draw(pictures, step, classes, isAligned: false, device);
        var images = clip.ImageFeatures(SmallModel.ClipImages.Normalize(batch.Pictures.Plus(1) / Kept(2)));
        var (first, second) = (images.narrow(0, 0, classes), images.narrow(0, classes, classes));
        var texts = clip.TextFeatures(TokenIds([.. batch.Prompts.Take(classes)]));
        return ClipModel.ContrastiveLoss(clip.LogitsPerImage(first, texts))
            .Plus(ClipModel.ContrastiveLoss(clip.LogitsPerImage(first, second)));
    }

    // A text's features are those of its end token, which sees nothing of what follows: so padding beyond the longest
    // text is left out.
    private Tensor TokenIds(IReadOnlyList<string> prompts)
    {
        var rows = prompts.Select(tokenizer.EncodePadded).ToList();
        var length = 1 + rows.Max(row => Array.IndexOf(row, row[^1]));
        return tensor(rows.SelectMany(row => row.Take(length)).ToArray(), device: device)
            .reshape(prompts.Count, length);
    }
}
