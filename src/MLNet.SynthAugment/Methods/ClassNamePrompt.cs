using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Methods.Prompts;

namespace MLNet.SynthAugment.Methods;

/// <summary>
/// Zero-shot synthesis, the baseline of the other methods: images are sampled from prompts that name the class; shots
/// play no part (He et al., ICLR 2023, section 3; Sariyildiz et al., CVPR 2023). Nothing is trained.
/// </summary>
public sealed record ClassNamePrompt : ISynthesisMethod
{
    internal const string MethodName = "ClassNamePrompt";

    /// <summary>Values that suit the embedded model.</summary>
    public static ClassNamePrompt ForEmbeddedModel { get; } = new() { SamplingSteps = 25, GuidanceScale = 2 };

    /// <inheritdoc/>
    public string Name => MethodName;

    /// <summary>
    /// The prompts of classes without prompts of their own, at least one; <c>{class}</c> stands for the class's name,
    /// <c>{word}</c> for <see cref="DatasetWord"/> with a space. Each image draws one.
    /// </summary>
    public IReadOnlyList<string> Templates { get; init; } = ["a {word}photo of a {class}"];

    /// <summary>
    /// Prompts of single classes, by label or by name, instead of <see cref="Templates"/>, with the same placeholders.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> ClassPrompts { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>A word for what the classes have in common, such as "flower" or "aircraft"; empty for none.</summary>
    public string DatasetWord { get; init; } = "";

    /// <summary>What the images should not show; used by guidance.</summary>
    public string NegativePrompt { get; init; } = "";

    /// <summary>Denoising steps, at least 1.</summary>
    public int SamplingSteps { get; init; } = 50;

    /// <summary>Classifier-free guidance; 1 is none.</summary>
    public double GuidanceScale { get; init; } = 7.5;

    /// <summary>The sampler; null for the model's own.</summary>
    public Sampler? Sampler { get; init; }

    /// <summary>
    /// These settings with the prompts of a file in UTF-8. A text file holds one prompt a line, for all classes, or
    /// <c>class</c>, a tab and a prompt, for one class; a <c>.json</c> file a list of prompts, or an object with such a
    /// list for each class. The prompts themselves become settings, so that a changed file never meets images made from
    /// the old one.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It holds no prompt, or a faulty one; the message names the file and the
    /// line.</exception>
    public ClassNamePrompt WithPromptFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = PromptFile.Read(path);
        return this with
        {
            Templates = file.Templates.Count > 0
            ? file.Templates : Templates,
            ClassPrompts = file.ByClass
        };
    }

    /// <inheritdoc/>
    public IImageSource Adapt(SynthesisContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        PromptTemplate.Check(Templates, nameof(Templates));
        if (context.Classes.Any(found => OwnTemplatesOf(found) is null))
            PromptTemplate.WarnIfShared(Templates, nameof(Templates), context);
        foreach (var (name, prompts) in ClassPrompts)
        {
            PromptTemplate.Check(prompts, $"{nameof(ClassPrompts)} for '{name}'");
            if (!context.Classes.Any(found => Means(found, name)))
                context.Log($"There are prompts for '{name}', which is no class of the data; its classes are "
                    + $"{string.Join(", ", context.Classes.Take(20).Select(found => $"'{found.Label}'"))}.");
        }
        return new ClassNamePromptImageSource(this, context);
    }

    /// <summary>The prompts that images of a class draw from, filled in.</summary>
    internal IReadOnlyList<string> PromptsOf(ShotClass shotClass) =>
        PromptTemplate.FillAll(OwnTemplatesOf(shotClass) ?? Templates, shotClass.Name, DatasetWord);

    private IReadOnlyList<string>? OwnTemplatesOf(ShotClass shotClass) =>
        ClassPrompts.GetValueOrDefault(shotClass.Label) ?? ClassPrompts.GetValueOrDefault(shotClass.Name);

    private static bool Means(ShotClass shotClass, string name) => name == shotClass.Label || name == shotClass.Name;
}
