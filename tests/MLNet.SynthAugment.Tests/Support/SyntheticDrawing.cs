namespace MLNet.SynthAugment.Tests.Support;

/// <summary>What a synthetic row says of itself.</summary>
public sealed class SyntheticDrawing
{
    public string Label { get; set; } = "";

    public string SourceId { get; set; } = "";

    public string SynthesisPrompt { get; set; } = "";
}
