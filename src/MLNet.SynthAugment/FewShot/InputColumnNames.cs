namespace MLNet.SynthAugment.FewShot;

/// <summary>The names of the columns that shots are read from; null for an optional one that is not there.</summary>
internal sealed record InputColumnNames(string Label, string Image, string? Caption = null, string? Mask = null)
{
    /// <summary>The column that says what a row comes from, if the data have one.</summary>
    public string? SourceId { get; init; }

    /// <summary>The column that says how much a row counts, if the data have one.</summary>
    public string? ExampleWeight { get; init; }
}
