namespace MLNet.SynthAugment.Evaluation;

/// <summary>A measure has no value for sound rows, such as too few of them; others may have one.</summary>
internal sealed class UnmeasurableException(string message) : ArgumentException(message);
