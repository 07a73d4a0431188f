namespace FewShotAccuracy.Images;

/// <summary>A row of the data that ML.NET trains on and is measured with.</summary>
public sealed class ImageRow
{
    public string ImagePath { get; set; } = "";

    public string Label { get; set; } = "";

    /// <summary>Weight of the row in the training loss.</summary>
    public float Weight { get; set; } = 1;
}
