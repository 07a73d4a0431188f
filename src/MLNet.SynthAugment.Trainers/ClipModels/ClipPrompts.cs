using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Methods.Prompts;
using MLNet.SynthAugment.Trainers.Classifiers;

namespace MLNet.SynthAugment.Trainers.ClipModels;

/// <summary>The texts that stand for the classes.</summary>
/// <param name="Texts">The texts of each class, as many for each.</param>
internal sealed record ClipPrompts(IReadOnlyList<IReadOnlyList<string>> Texts)
{
    /// <summary>The customary text of CLIP classifiers.</summary>
    public static IReadOnlyList<string> DefaultTemplates { get; } = ["a photo of a {class}"];

    /// <summary>The number of texts of a class.</summary>
    public int PerClass => Texts[0].Count;

    /// <summary>Fills the templates with the names of classes.</summary>
    /// <param name="classes">The classes.</param>
    /// <param name="templates">Texts with <c>{class}</c>.</param>
    /// <param name="classNames">Words for labels that are codes; null if labels name themselves.</param>
    public static ClipPrompts Create(
        ClassKeys classes, IReadOnlyList<string> templates, IReadOnlyDictionary<string, string>? classNames) =>
        new([.. classes.Names.Select(
            name => PromptTemplate.FillAll(templates, classNames?.GetValueOrDefault(name) ?? name, ""))]);

    /// <summary>
    /// Token ids of all texts, class by class: int64 [classes · texts, S], as short as the longest text lets them be.
    /// </summary>
    public Tensor Tokenize(ClipTokenizer tokenizer, Device device)
    {
        var rows = Texts.SelectMany(texts => texts).Select(tokenizer.EncodePadded).ToList();
        // Attention is causal, so that nothing behind the end token matters.
        var length = rows.Max(row => Array.IndexOf(row, tokenizer.EndId)) + 1;
        return tensor(rows.SelectMany(row => row[..length]).ToArray(), [rows.Count, length], device: device);
    }
}
