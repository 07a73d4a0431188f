using MLNet.SynthAugment.Methods.Prompts;

namespace MLNet.SynthAugment.Selection;

/// <summary>
/// Accepts an image if a CLIP model takes it for its own class among all classes of the data, as DISEF (da Costa et al.
/// 2023) does. With one class only there is nothing to tell apart and every image passes.
/// </summary>
public sealed record ClipFilter
{
    /// <summary>What an image is compared with.</summary>
    public ClassReference Reference { get; init; } = ClassReference.Text;

    /// <summary>
    /// Prompts for <see cref="ClassReference.Text"/>, at least one, each with <c>{class}</c> for the class's name. Of
    /// several the mean direction counts (prompt ensembling, Radford et al. 2021, section 3.1.4).
    /// </summary>
    public IReadOnlyList<string> Templates { get; init; } = ["a photo of a {class}"];

    /// <summary>
    /// The least probability of the right class, from 0 to 1: the softmax over the classes of cosine × the model's
    /// logit scale. Null asks that no other class be more probable.
    /// </summary>
    public double? MinimumProbability { get; init; }

    internal void Validate()
    {
        if (!Enum.IsDefined(Reference))
            throw new ArgumentOutOfRangeException(
                nameof(Reference), Reference, "Images are compared with Text or Shots.");
        if (Reference == ClassReference.Text)
            CheckTemplates();
        if (MinimumProbability is not (null or (>= 0 and <= 1)))
            throw new ArgumentOutOfRangeException(
                nameof(MinimumProbability), MinimumProbability, "A probability is between 0 and 1.");
    }

    private void CheckTemplates()
    {
        const string Option = $"{nameof(ClipFilter)}.{nameof(Templates)}";
        PromptTemplate.Check(Templates, Option, PromptTemplate.Class);
        // All classes would have the same direction, and every image pass.
        if (Templates.FirstOrDefault(
            template => !template.Contains(PromptTemplate.Class, StringComparison.Ordinal)) is { } shared)
            throw new ArgumentException(
                $"The prompt \"{shared}\" of {Option} lacks {PromptTemplate.Class}, so that it tells no class from "
                    + "another: write it where the class's name belongs.");
    }
}

/// <summary>What an image is compared with to tell its class.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ClassReference>))]
public enum ClassReference
{
    /// <summary>The classes' names, put into prompts (zero-shot classification, Radford et al. 2021).</summary>
    Text,

    /// <summary>
    /// The classes' shots: the mean direction of their image features (a prototype). For class names that tell a text
    /// encoder nothing, such as codes or characters.
    /// </summary>
    Shots,
}
