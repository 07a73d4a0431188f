using MLNet.SynthAugment.Diffusion.Files;
using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>
/// A training run frozen between two steps, in one safetensors file: weights, Adam's moments, step and settings. Random
/// numbers follow from seed and step, so nothing else is needed to go on bit by bit.
/// </summary>
/// <param name="file">Path of the file.</param>
/// <param name="settings">The run's settings; a checkpoint of other settings is refused.</param>
internal sealed class TrainingCheckpoint(string file, IReadOnlyDictionary<string, string> settings)
{
    private const string FileName = "training.safetensors";
    private const string StepKey = "step";
    private const string Values = "values";
    private const string FirstMoment = "first_moment";
    private const string SecondMoment = "second_moment";

    /// <summary>The checkpoint of a folder, which is made if it is not there.</summary>
    public static TrainingCheckpoint In(string folder, IReadOnlyDictionary<string, string> settings)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, FileName);
        AtomicFile.DeleteUnfinished(file);
        return new TrainingCheckpoint(file, settings);
    }

    /// <summary>Writes the state after a number of steps; replaces the file at once or not at all.</summary>
    public void Save(int step, FlatParameters parameters, FlatAdamW adam) =>
        SafetensorsWriter.Write(file, State(parameters, adam), new Dictionary<string, string>(settings)
        {
            [StepKey] = step.ToString(CultureInfo.InvariantCulture),
        });

    /// <summary>Restores the state, if there is one.</summary>
    /// <returns>The number of steps done; 0 without a checkpoint.</returns>
    /// <exception cref="InvalidDataException">The checkpoint is of another run.</exception>
    /// <exception cref="SafetensorsException">The file is damaged.</exception>
    public int Restore(FlatParameters parameters, FlatAdamW adam)
    {
        if (!File.Exists(file))
            return 0;
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var saved = SafetensorsFile.Open(file);
        var different = settings.FirstOrDefault(
            setting => saved.Metadata.GetValueOrDefault(setting.Key) != setting.Value).Key;
        if (different is not null)
            throw new InvalidDataException(
                $"{file}: this checkpoint is of another training run ({different} is "
                    + $"{saved.Metadata.GetValueOrDefault(different) ?? "missing"}, not {settings[different]}). "
                    + "Delete it or choose another folder.");
        if (!int.TryParse(saved.Metadata.GetValueOrDefault(StepKey), NumberStyles.None, CultureInfo.InvariantCulture,
            out var step))
            throw new InvalidDataException(
                $"{file}: this checkpoint does not say at which step it was made. Delete it.");
        foreach (var (name, tensor) in State(parameters, adam))
            saved.CopyTo(name, tensor);
        return step;
    }

    private static KeyValuePair<string, Tensor>[] State(FlatParameters parameters, FlatAdamW adam) =>
    [
        KeyValuePair.Create(Values, parameters.Values),
        KeyValuePair.Create(FirstMoment, adam.FirstMoment),
        KeyValuePair.Create(SecondMoment, adam.SecondMoment),
    ];
}

/// <summary>
/// The settings as text: kept with what was learnt, and compared before a checkpoint is taken up again.
/// </summary>
internal static class TrainingSettings
{
    /// <summary>Everything that decides the outcome of LoRA training, but for the examples.</summary>
    public static Dictionary<string, string> Describe(LatentDiffusionModel model, LoraTrainingOptions options) =>
        new(Shared(model, options))
        {
            ["rank"] = Text(options.Rank),
            ["alpha"] = Text(options.Alpha),
            ["unet_targets"] = string.Join(' ', options.UNetTargets),
            ["text_encoder_targets"] = string.Join(' ', options.TextEncoderTargets),
            ["text_encoder_learning_rate"] = Text(options.TextEncoderLearningRate ?? options.LearningRate),
            ["train_text_encoder"] = options.TrainTextEncoder.ToString(),
        };

    /// <summary>The same of textual inversion; the prompts count as part of the examples.</summary>
    public static Dictionary<string, string> Describe(LatentDiffusionModel model, TextualInversionOptions options) =>
        new(Shared(model, options))
        {
            ["token"] = options.Token,
            ["vectors"] = Text(options.Vectors),
            ["initializer_text"] = options.InitializerText,
            ["keep_norm"] = options.KeepNorm.ToString(),
        };

    private static Dictionary<string, string> Shared(LatentDiffusionModel model, TrainingOptions options) => new()
    {
        ["learning_rate"] = Text(options.LearningRate),
        ["warmup_steps"] = Text(options.WarmupSteps),
        ["schedule"] = options.Schedule.ToString(),
        ["steps"] = Text(options.Steps),
        ["batch_size"] = Text(options.BatchSize),
        ["gradient_accumulation"] = Text(options.GradientAccumulation),
        ["recompute_activations"] = options.RecomputeActivations.ToString(),
        ["min_snr_gamma"] = options.MinSnrGamma is { } gamma ? Text(gamma) : "",
        ["noise_offset"] = Text(options.NoiseOffset),
        ["caption_dropout"] = Text(options.CaptionDropout),
        ["image_embedding_dropout"] = Text(options.ImageEmbeddingDropout),
        ["image_latent_dropout"] = Text(options.ImageLatentDropout),
        ["image_noise_level"] = Text(options.ImageNoiseLevel),
        ["max_gradient_norm"] = Text(options.MaxGradientNorm),
        ["weight_decay"] = Text(options.WeightDecay),
        ["crop"] = options.Crop.ToString(),
        ["seed"] = Text(options.Seed),
        ["precision"] = model.Precision.ToString(),
    };

    /// <summary>SHA-256 of the examples' pixels, prompts and groups.</summary>
    public static string Hash(IReadOnlyList<TrainingExample> examples)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> lengths = stackalloc byte[3 * sizeof(int)];
        foreach (var example in examples)
        {
            var prompt = Encoding.UTF8.GetBytes(
                string.Join('\n', example.Prompts) + (example.Group is { } group ? '\0' + group : ""));
            BinaryPrimitives.WriteInt32LittleEndian(lengths, example.Image.Width);
            BinaryPrimitives.WriteInt32LittleEndian(lengths[4..], example.Image.Height);
            BinaryPrimitives.WriteInt32LittleEndian(lengths[8..], prompt.Length);
            hash.AppendData(lengths);
            hash.AppendData(prompt);
            var pixels = new byte[checked(example.Image.Width * example.Image.Height * 3)];
            example.Image.CopyPixelDataTo(pixels);
            hash.AppendData(pixels);
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static string Text<T>(T value) where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}
