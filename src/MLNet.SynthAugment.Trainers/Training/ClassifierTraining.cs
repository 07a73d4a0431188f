using System.Diagnostics;
using System.Globalization;
using MLNet.SynthAugment.Diffusion.Training;
using MLNet.SynthAugment.Logging;
using MLNet.SynthAugment.Trainers.Classifiers;

namespace MLNet.SynthAugment.Trainers.Training;

/// <summary>
/// Trains a classifier by AdamW (Loshchilov and Hutter 2019) with a linear warm-up and a cosine after it.
/// </summary>
/// <param name="classifier">What is trained.</param>
/// <param name="classCount">The number of classes.</param>
/// <param name="options">Loss, augmentation, optimisation.</param>
/// <param name="log">Receives sentences on the progress.</param>
internal sealed class ClassifierTraining(
    ImageClassifier classifier, int classCount, ImageTrainerOptions options, Action<string> log)
{
    /// <param name="train">The rows to train on.</param>
    /// <param name="validation">The rows to choose the weights by; null keeps those of the last step.</param>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    /// <exception cref="TrainingDivergedException">The loss is no longer a number.</exception>
    public void Run(IReadOnlyList<Example> train, IReadOnlyList<Example>? validation)
    {
        var order = new BatchOrder(
            train, options.BatchSize, split: options.ExampleWeightColumnName is null, options.Seed);
        var meanWeight = train.Average(example => (double)example.Weight);
        var steps = options.Steps ?? checked(options.Epochs * order.StepsPerEpoch);
        var warmup = (long)(steps * options.WarmupShare);
        var interval = options.ValidationInterval ?? order.StepsPerEpoch;
        var progress = ProgressLog.OfTraining(log);
        var clock = Stopwatch.StartNew();
        var highestRate = options.LearningRate ?? options.OwnLearningRate;
        using var optimizer = optim.AdamW(
            classifier.Parameters.ToList(), highestRate, weight_decay: options.WeightDecay);
        using var best = new BestState(classifier);
        var validationsWithoutGain = 0;
        for (var step = 0; step < steps; step++)
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            var rate = highestRate * LearningRateSchedule.Cosine.Factor(step, warmup, steps);
            foreach (var group in optimizer.ParamGroups)
                group.LearningRate = rate;
            var (loss, norm) = Update(optimizer, [.. order.Batch(step).Select(row => train[row])], meanWeight, step);
            var done = step + 1;
            var perSecond = done / clock.Elapsed.TotalSeconds;
            var report = new TrainingProgress(
                done, steps, loss, norm, rate, perSecond, TimeSpan.FromSeconds((steps - done) / perSecond));
            progress.Report(report);
            options.Progress?.Report(report);
            if (validation is null || (done % interval != 0 && done != steps))
                continue;
            validationsWithoutGain = IsBetter(validation, best, done) ? 0 : validationsWithoutGain + 1;
            if (options.Patience > 0 && validationsWithoutGain == options.Patience)
            {
                log($"The validation accuracy has not risen in {validationsWithoutGain} validations: training ends "
                    + "early.");
                break;
            }
        }
        if (best.Result is { } result)
        {
            best.Restore();
            log(string.Create(CultureInfo.InvariantCulture, $"Kept the weights of step {best.Step}: "
                + $"validation accuracy {result.Accuracy:0.000}, loss {result.Loss:0.0000}."));
        }
        classifier.FinishTraining();
    }

    private (double Loss, double GradientNorm) Update(
        optim.Optimizer optimizer, IReadOnlyList<Example> examples, double meanWeight, int step)
    {
        using var scope = NewDisposeScope();
        var batch = TrainingBatch.Create(examples, options, classifier.ImageSize, classCount, step);
        var logits = classifier.Logits(batch.Images.to(classifier.Device), training: true);
        var losses = RealSyntheticLoss.CrossEntropies(logits, batch.Targets.to(classifier.Device));
        var loss = options.ExampleWeightColumnName is null
            ? RealSyntheticLoss.Combine(losses, batch.IsSynthetic, options.RealLossWeight)
            : RealSyntheticLoss.Weighted(losses, [.. batch.Weights.Select(weight => (float)(weight / meanWeight))]);
        optimizer.zero_grad();
        loss.backward();
        // Read without the graph, which an undisposed reader of the value would keep alive.
        var value = loss.detach().item<float>();
        var norm = nn.utils.clip_grad_norm_(classifier.Parameters, options.MaxGradientNorm);
        if (!float.IsFinite(value) || !double.IsFinite(norm))
            throw new TrainingDivergedException(step, float.IsFinite(value) ? "gradient" : "loss");
        optimizer.step();
        return (value, norm);
    }

    private bool IsBetter(IReadOnlyList<Example> validation, BestState best, int step)
    {
        var result = ValidationResult.Measure(classifier, validation, classCount);
        log(string.Create(CultureInfo.InvariantCulture,
            $"Step {step}: validation accuracy {result.Accuracy:0.000}, loss {result.Loss:0.0000}."));
        var better = result.Beats(best.Result);
        if (better)
            best.Keep(result, step);
        return better;
    }
}
