namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>How far training has come.</summary>
/// <param name="Step">Updates done, those before a restart included.</param>
/// <param name="Steps">Updates in all.</param>
/// <param name="Loss">Loss of the last update.</param>
/// <param name="GradientNorm">Joint norm of its gradients before clipping.</param>
/// <param name="LearningRate">Its learning rate.</param>
/// <param name="StepsPerSecond">Mean speed of this run.</param>
/// <param name="Remaining">Time left at that speed.</param>
public readonly record struct TrainingProgress(
    int Step, int Steps, double Loss, double GradientNorm, double LearningRate, double StepsPerSecond,
    TimeSpan Remaining);
