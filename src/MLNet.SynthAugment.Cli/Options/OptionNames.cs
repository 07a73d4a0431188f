namespace MLNet.SynthAugment.Cli.Options;

/// <summary>
/// The library's messages say what to set in code; users of the command line set it by an option of another name.
/// </summary>
internal static class OptionNames
{
    private static readonly (string InCode, string OnCommandLine)[] s_names =
    [
        ("set Options.Clip to ImageTextModel.FromFolder(...)", "give its folder as --clip"),
        ("name their column in MaskColumnName", "give them as --masks"),
        ("set both by SeedSelect.Replay(path) or WithSeeds(path)", "give --set SeedsPath=PATH"),
        ("set Options.ImageOrientation to Upright", "give --orientation Upright"),
        ("set Options.ImageGround to Color.Black", "give --ground black"),
        ("hoose another StoreFolder", "hoose another --store"),
        ("et StoreFolder to", "et --store to"),
    ];

    /// <summary>A message with the names of the command line.</summary>
    public static string OfCommandLine(string message) =>
        s_names.Aggregate(message,
            (text, name) => text.Replace(name.InCode, name.OnCommandLine, StringComparison.Ordinal));
}
