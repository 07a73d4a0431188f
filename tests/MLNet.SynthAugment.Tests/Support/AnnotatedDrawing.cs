namespace MLNet.SynthAugment.Tests.Support;

/// <summary>A row with an image, its caption and its mask.</summary>
public sealed class AnnotatedDrawing
{
    public string Label { get; set; } = "";

    public string ImagePath { get; set; } = "";

    public string Caption { get; set; } = "";

    public string MaskPath { get; set; } = "";

    public float Number { get; set; }
}
