namespace MLNet.SynthAugment.Methods;

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
