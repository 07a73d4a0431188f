using MLNet.SynthAugment.Diffusion.TextualInversion;
using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Files;
using MLNet.SynthAugment.Logging;
using MLNet.SynthAugment.Methods.Translation;

namespace MLNet.SynthAugment.Methods;

/// <summary>
/// DA-Fusion (Trabucco et al., ICLR 2024): textual inversion finds words for a class in the text encoder's own space,
/// so that the model need not know the class's name; then shots are noised and denoised again under these words. The
/// model's weights stay as they are. The defaults are the released code's.
/// </summary>
public sealed record DAFusion : ISynthesisMethod
{
    /// <summary>
    /// The strengths of the paper's stack of four augmentations; give them to <see cref="ShotStart.Strengths"/> of
    /// <see cref="Start"/>, of which each image draws one.
    /// </summary>
    public static IReadOnlyList<double> StackedStrengths { get; } = [1, 0.75, 0.5, 0.25];

    /// <summary>Values that suit the embedded model, whose tokens are learnt within a minute on a CPU.</summary>
    public static DAFusion ForEmbeddedModel { get; } = new()
    {
        Training = new() { Steps = 60 },
        Sampling = new() { Steps = 25, GuidanceScale = 2 },
    };

    /// <inheritdoc/>
    public string Name => nameof(DAFusion);

    bool ISynthesisMethod.UsesMasks => Start.Masks != MaskMode.None;

    /// <summary>How a class's token is learnt.</summary>
    public DefaultTraining Training { get; init; } = new();

    /// <summary>
    /// The prompt of the images; <c>{token}</c> stands for the class's token, <c>{class}</c> for its name.
    /// </summary>
    public string PromptTemplate { get; init; } = "a photo of a {token}";

    /// <summary>How the images start from shots.</summary>
    public DefaultStart Start { get; init; } = new();

    /// <summary>How the images are sampled.</summary>
    public DefaultSampling Sampling { get; init; } = new();

    /// <summary>
    /// Whether a model that takes images beside the text is shown the shot that an image starts from; others do not
    /// mind.
    /// </summary>
    public bool ConditionOnShots { get; init; } = true;

    /// <inheritdoc/>
    public void Validate()
    {
        Prompts.PromptTemplate.Check(
            [PromptTemplate], nameof(PromptTemplate), Prompts.PromptTemplate.Token, Prompts.PromptTemplate.Class);
        if (!PromptTemplate.Contains(TextualInversionOptions.Placeholder, StringComparison.Ordinal))
            throw new ArgumentException(
                $"The {nameof(PromptTemplate)} \"{PromptTemplate}\" lacks {TextualInversionOptions.Placeholder}, for "
                    + "which the class's learnt token stands.");
        Training.Validate();
        Start.Validate();
        Sampling.Validate();
    }

    /// <inheritdoc/>
    public IReadOnlyList<LearningTask> Learns(IReadOnlyList<ShotClass> classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        return [.. classes.Select(shotClass => new LearningTask(FileOf(shotClass), shotClass))];
    }

    /// <inheritdoc/>
    public IImageSource Adapt(SynthesisContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new Source(this, context);
    }

    private static string FileOf(ShotClass shotClass) => $"{FileNames.Unique(shotClass.Label)}.safetensors";

    /// <summary>Sampling by the released code's values.</summary>
    public sealed record DefaultSampling() : SamplingSettings(steps: 50, guidanceScale: 7.5);

    /// <summary>Starts from shots by the released code's values.</summary>
    public sealed record DefaultStart() : ShotStart([0.5]);

    /// <summary>How the token of a class is learnt by textual inversion; by default as in the released code.</summary>
    public sealed record DefaultTraining
    {
        // A text holds 75 tokens; names are short or mean nothing to the model.
        private const int MostVectorsByName = 8;

        /// <summary>
        /// How many vectors a class's token stands for, at least 1; null for as many as the class's name has tokens, at
        /// most 8.
        /// </summary>
        public int? Vectors { get; init; }

        /// <summary>The words that training starts from; <c>{class}</c> stands for the class's name.</summary>
        public string InitializerText { get; init; } = "{class}";

        /// <summary>Whether the token's vectors keep the length they start with.</summary>
        public bool KeepNorm { get; init; }

        /// <summary>Training steps of a class's token, at least 1.</summary>
        public int Steps { get; init; } = 1000;

        /// <summary>Shots in a training step, at least 1.</summary>
        public int BatchSize { get; init; } = 4;

        /// <summary>
        /// The constant learning rate, above 0 and at most 1e30: 5e-4 for each image of a batch in the paper's setting,
        /// so four times that.
        /// </summary>
        public double LearningRate { get; init; } = 2e-3;

        /// <summary>
        /// The prompts of training, at least one, of which each step draws one for each shot; <c>{token}</c> stands for
        /// the class's token.
        /// </summary>
        public IReadOnlyList<string> Templates { get; init; } = new TextualInversionOptions().Templates;

        /// <summary>Checks the ranges given with the properties.</summary>
        /// <exception cref="ArgumentException">A setting is out of range; the message names it.</exception>
        internal void Validate()
        {
            Prompts.PromptTemplate.Check(Templates, "Training.Templates", Prompts.PromptTemplate.Token);
            // Empty text is none to check: training starts from a word of its own then.
            if (!string.IsNullOrWhiteSpace(InitializerText))
                Prompts.PromptTemplate.Check(
                    [InitializerText], "Training.InitializerText", Prompts.PromptTemplate.Class);
            SettingChecks.Within(nameof(Training), ToOptions("", 1).Validate);
        }

        /// <summary>The training of a class's token.</summary>
        /// <param name="className">The class's name.</param>
        /// <param name="tokensOfName">The number of tokens of the text that training starts from.</param>
        internal TextualInversionOptions ToOptions(string className, int tokensOfName)
        {
            var start = new TextualInversionOptions();
            return start with
            {
                // A name without a token, of white space alone, tells nothing to start from.
                InitializerText = tokensOfName > 0 ? TextOf(className) : start.InitializerText,
                Vectors = Vectors ?? Math.Clamp(tokensOfName, 1, MostVectorsByName),
                KeepNorm = KeepNorm,
                Steps = Steps,
                BatchSize = BatchSize,
                LearningRate = LearningRate,
                Templates = Templates,
            };
        }

        /// <summary>The text that the training of a class's token starts from.</summary>
        internal string TextOf(string className) => Prompts.PromptTemplate.Fill(InitializerText, className);
    }

    /// <summary>Noises shots of the class and denoises them under the class's learnt token.</summary>
    private sealed class Source(DAFusion method, SynthesisContext context) : IImageSource
    {
        private const string PlanStream = "dafusion";

        private readonly ShotTranslator _translator =
            new(context, method.Start, method.Sampling, method.ConditionOnShots);
        private ClassToken? _inUse;

        public void Learn(LearningTask task, CancellationToken cancellationToken)
        {
            // A token that is active is part of the model that another one would be learnt on.
            PutAway();
            LearnToken(task.Class!);
        }

        public IReadOnlyList<SyntheticImage> Generate(ImageBatch batch, CancellationToken cancellationToken)
        {
            var token = UseTokenOf(batch.Class);
            var prompt = Prompts.PromptTemplate.Fill(method.PromptTemplate, batch.Class.Name)
                .Replace(TextualInversionOptions.Placeholder, token.Text, StringComparison.Ordinal);
            var sources = _translator.SourcesOf(batch.Class);
            var images = _translator.Translate(
                batch.Class, [.. batch.Indices.Select(index => Plan(batch.Class.Label, index, prompt, sources))],
                cancellationToken);
            return [.. images.Select(image => image with { Adapter = token.Hash })];
        }

        public void Dispose()
        {
            _translator.Dispose();
            PutAway();
        }

        private ShotTranslation Plan(string label, long index, string prompt, IReadOnlyList<Shot> sources)
        {
            var random = SeededRandom.Create(new NoiseKey(context.Seed, label, index), PlanStream);
            return new ShotTranslation(
                index, prompt, Shot: random.Of(sources), Strength: random.Of(method.Start.Strengths));
        }

        private ClassToken UseTokenOf(ShotClass shotClass)
        {
            if (_inUse?.Label == shotClass.Label)
                return _inUse;
            PutAway();
            var file = LearnToken(shotClass);
            // Also a new token is read from its file, so that a resumed run has the very same numbers.
            using var embedding = TokenEmbedding.Load(file);
            return _inUse = new ClassToken(
                shotClass.Label, embedding.Token, FileHash.Of(file), embedding.Activate(context.Model));
        }

        private void PutAway()
        {
            _inUse?.Active.Dispose();
            _inUse = null;
        }

        private string LearnToken(ShotClass shotClass)
        {
            var path = context.LearnOnce(FileOf(shotClass), file => Train(shotClass, file), IsSound);
            ShotTraining.DeleteCheckpoint(context, FileNames.Unique(shotClass.Label));
            return path;
        }

        private void Train(ShotClass shotClass, string path)
        {
            var name = FileNames.Unique(shotClass.Label);
            var tokens = context.Model.Tokenizer.Encode(method.Training.TextOf(shotClass.Name)).Length;
            var options = method.Training.ToOptions(shotClass.Name, tokens) with
            {
                Token = $"<{name}>",
                Seed = context.Seed,
                Log = context.Log,
                CheckpointFolder = ShotTraining.CheckpointFolder(context, name),
            };
            var images = new List<Image<Rgb24>>();
            try
            {
                foreach (var shot in shotClass.Shots)
                    images.Add(ShotTraining.OpenSmall(shot, context.Model.ImageSize));
                context.Log($"Textual inversion of class '{shotClass.Label}' from {images.Count} images: "
                    + $"{options.Steps} steps for {options.Vectors} vectors.");
                using var embedding = new TextualInversionTrainer(context.Model, options).Train(
                    images, ProgressLog.OfTraining(context.Log), context.Cancellation);
                embedding.Save(path);
            }
            finally
            {
                images.ForEach(image => image.Dispose());
            }
        }

        private bool IsSound(string path)
        {
            try
            {
                TokenEmbedding.Load(path).Dispose();
                return true;
            }
            catch (Exception error) when (error is SafetensorsException or InvalidDataException)
            {
                context.Log($"The token in '{path}' is damaged and is learnt again: {error.Message}");
                return false;
            }
        }

        /// <summary>The token that the model's prompts may use at present.</summary>
        private sealed record ClassToken(string Label, string Text, string Hash, ActiveTokenEmbedding Active);
    }
}
