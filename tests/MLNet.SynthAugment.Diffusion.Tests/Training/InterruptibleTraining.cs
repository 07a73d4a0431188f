using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.Training;

namespace MLNet.SynthAugment.Diffusion.Tests.Training;

/// <summary>A training run that writes a checkpoint after each step, to be killed while it does.</summary>
internal static class InterruptibleTraining
{
    public const int Steps = 40;

    // A high rank, for checkpoints that take a while to write.
    private static readonly LoraTrainingOptions s_options = TinyTraining.Options with
    {
        Steps = Steps,
        Rank = 64,
        GradientAccumulation = 2,
        UNetTargets = LoraTargets.UNetWithConvolutions,
        CheckpointEvery = 1,
    };

    /// <summary>The process that is killed; its argument is the checkpoint folder.</summary>
    public static int Run(string[] arguments)
    {
        Train(arguments[0], progress => Console.WriteLine(progress.Step)).Dispose();
        return 0;
    }

    /// <summary>Trains, or goes on; the caller owns the adapter.</summary>
    public static LoraAdapter Train(string? folder, Action<TrainingProgress> onStep)
    {
        using var model = TinyModels.LatentDiffusion();
        return new LoraTrainer(model, s_options with { CheckpointFolder = folder }).Train(
            TinyTraining.Examples(6), new Callback<TrainingProgress>(onStep));
    }
}
