using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Methods.Prompts;

namespace MLNet.SynthAugment.Methods;

/// <summary>
/// Zero-shot synthesis, the baseline of the other methods: images are sampled from prompts that name the class; shots
/// play no part (He et al., ICLR 2023, section 3; Sariyildiz et al., CVPR 2023). Nothing is trained.
/// </summary>
public sealed record ClassNamePrompt : ISynthesisMethod
{
    /// <summary>Values that suit the embedded model.</summary>
    public static ClassNamePrompt ForEmbeddedModel { get; } =
        new() { Sampling = new() { Steps = 25, GuidanceScale = 2 } };

    /// <inheritdoc/>
    public string Name => nameof(ClassNamePrompt);

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

    /// <summary>How the images are sampled.</summary>
    public DefaultSampling Sampling { get; init; } = new();

    /// <summary>Sampling by Stable Diffusion's usual values.</summary>
    public sealed record DefaultSampling() : SamplingSettings(steps: 50, guidanceScale: 7.5);

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
            Templates = file.Templates.Count > 0 ? file.Templates : Templates,
            ClassPrompts = file.ByClass,
        };
    }

    /// <inheritdoc/>
    public void Validate()
    {
        PromptTemplate.Check(Templates, nameof(Templates));
        foreach (var (name, prompts) in ClassPrompts)
            PromptTemplate.Check(prompts, $"{nameof(ClassPrompts)} for '{name}'");
        Sampling.Validate();
    }

    /// <inheritdoc/>
    public IImageSource Adapt(SynthesisContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Classes.Any(shotClass => OwnTemplatesOf(shotClass) is null))
            PromptTemplate.WarnIfShared(Templates, nameof(Templates), context);
        foreach (var name in ClassPrompts.Keys.Where(
            name => !context.Classes.Any(shotClass => name == shotClass.Label || name == shotClass.Name)))
        {
            var labels = context.Classes.Take(20).Select(shotClass => $"'{shotClass.Label}'");
            context.Log($"There are prompts for '{name}', which is no class of the data; its classes are "
                + $"{string.Join(", ", labels)}.");
        }
        return new Source(this, context);
    }

    /// <summary>The prompts that images of a class draw from, filled in.</summary>
    internal IReadOnlyList<string> PromptsOf(ShotClass shotClass) =>
        PromptTemplate.FillAll(OwnTemplatesOf(shotClass) ?? Templates, shotClass.Name, DatasetWord);

    private IReadOnlyList<string>? OwnTemplatesOf(ShotClass shotClass) =>
        ClassPrompts.GetValueOrDefault(shotClass.Label) ?? ClassPrompts.GetValueOrDefault(shotClass.Name);

    /// <summary>Samples each image from one of its class's prompts.</summary>
    private sealed class Source(ClassNamePrompt method, SynthesisContext context) : IImageSource
    {
        private const string PromptStream = "prompt";

        private readonly TextToImagePipeline _pipeline =
            new(context.Model, method.Sampling.CreateScheduler(context), context.Log);

        private readonly SamplingOptions _sampling = method.Sampling.ToOptions();

        public IReadOnlyList<SyntheticImage> Generate(ImageBatch batch, CancellationToken cancellationToken)
        {
            var label = batch.Class.Label;
            var prompts = method.PromptsOf(batch.Class);
            var requests = batch.Indices.Select(index =>
            {
                var prompt = SeededRandom.Create(new NoiseKey(context.Seed, label, index), PromptStream).Of(prompts);
                return new ImageRequest(prompt, new NoiseKey(context.Seed, label, index));
            }).ToList();
            var images = _pipeline.Generate(requests, _sampling, cancellationToken: cancellationToken);
            return [.. requests.Zip(images, (request, image) => SyntheticImage.From(
                image, request.Prompt, context.Seed, _sampling, _pipeline.Scheduler))];
        }

        public void Dispose()
        {
        }
    }
}
