namespace MLNet.SynthAugment.FewShot;

/// <summary>The names of the columns that shots are read from; null for an optional one that is not there.</summary>
internal sealed record InputColumnNames(string Label, string Image, string? Caption = null, string? Mask = null);
