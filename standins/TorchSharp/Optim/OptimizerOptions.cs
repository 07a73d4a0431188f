namespace TorchSharp.Modules;

/// <summary>An optimiser's settings; null means the optimiser's default.</summary>
public class OptimizerOptions
{
    public double? LearningRate { get; set; }

    public double InitialLearningRate { get; set; }
}
