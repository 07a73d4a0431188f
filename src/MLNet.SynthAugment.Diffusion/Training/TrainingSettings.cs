using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MLNet.SynthAugment.Diffusion.Training;

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
