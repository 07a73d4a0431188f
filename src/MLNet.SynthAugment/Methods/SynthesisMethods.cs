namespace MLNet.SynthAugment.Methods;

/// <summary>The methods of this library. One of your own need not be here: give it to the estimator.</summary>
public static class SynthesisMethods
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<MethodKind> All { get; } =
    [
        new("classname", new ClassNamePrompt(), ClassNamePrompt.ForEmbeddedModel),
        new("datadream", new DataDream(), DataDream.ForEmbeddedModel),
        new("disef", new Disef(), Disef.ForEmbeddedModel),
        new("diffmix", new DiffMix(), DiffMix.ForEmbeddedModel),
        new("dafusion", new DAFusion(), DAFusion.ForEmbeddedModel),
        new("loft", new Loft(), Loft.ForEmbeddedModel),
        new("variation", new ImageVariation(), ImageVariation.ForEmbeddedModel),
        new("seedselect", new SeedSelect(), SeedSelect.ForEmbeddedModel),
    ];

    /// <summary>
    /// The method that is used when none is named: DataDream with the paper's values; variations of the shots with the
    /// embedded model, which was trained for them, and with which DataDream does not do better (docs/results.md).
    /// </summary>
    /// <param name="model">The model.</param>
    public static MethodKind DefaultFor(DiffusionModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Find(model.IsEmbedded ? "variation" : "datadream")!;
    }

    /// <summary>The method with a name, or null.</summary>
    /// <param name="name">A word of the command line or a method's name; case plays no part.</param>
    public static MethodKind? Find(string name) =>
        All.FirstOrDefault(kind => kind.Word.Equals(name, StringComparison.OrdinalIgnoreCase)
            || kind.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}

/// <summary>A method of this library: what it is called and how to begin with it.</summary>
/// <param name="Word">Its name on the command line, such as <c>datadream</c>.</param>
/// <param name="Default">The method with the paper's values.</param>
/// <param name="ForEmbeddedModel">The method with the values that suit the embedded model.</param>
public sealed record MethodKind(string Word, ISynthesisMethod Default, ISynthesisMethod ForEmbeddedModel)
{
    /// <summary>The method's name in logs and stores: <see cref="ISynthesisMethod.Name"/>.</summary>
    public string Name => Default.Name;

    /// <summary>The record whose public properties are the method's settings.</summary>
    public Type Type => Default.GetType();

    /// <summary>The method with the values that suit a model.</summary>
    /// <param name="model">The model.</param>
    public ISynthesisMethod CreateFor(DiffusionModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.IsEmbedded ? ForEmbeddedModel : Default;
    }
}
