namespace MLNet.SynthAugment.Methods;

/// <summary>The methods of this library. One of your own need not be here: give it to the estimator.</summary>
public static class SynthesisMethods
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<MethodKind> All { get; } =
    [
        new("datadream", new DataDream(), DataDream.ForEmbeddedModel),
    ];

    /// <summary>The method with a name, or null.</summary>
    /// <param name="name">A word of the command line or a method's name; case plays no part.</param>
    public static MethodKind? Find(string name) =>
        All.FirstOrDefault(kind => kind.Word.Equals(name, StringComparison.OrdinalIgnoreCase) || kind.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
