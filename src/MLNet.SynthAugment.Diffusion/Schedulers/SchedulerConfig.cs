using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>
/// The contents of a <c>scheduler_config.json</c>. Missing keys take diffusers' defaults for DDIM and DDPM; keys that are
/// not known here are kept and written back.
/// </summary>
public sealed record SchedulerConfig
{
    private const int MaxTrainTimesteps = 1_000_000;

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    /// <summary>Name of the diffusers class, such as <c>DDIMScheduler</c>; see <see cref="Scheduler.Create"/>.</summary>
    [JsonPropertyName("_class_name")]
    public string ClassName { get; init; } = "DDIMScheduler";

    /// <summary>Number T of timesteps the model was trained on, 1 to 1,000,000.</summary>
    public int NumTrainTimesteps { get; init; } = 1000;

    /// <summary>β of the first timestep, above 0 and below 1.</summary>
    public double BetaStart { get; init; } = 0.0001;

    /// <summary>β of the last timestep, above 0 and below 1.</summary>
    public double BetaEnd { get; init; } = 0.02;

    /// <summary>How β grows between the two.</summary>
    public BetaSchedule BetaSchedule { get; init; } = BetaSchedule.Linear;

    /// <summary>Explicit betas, one a training timestep, that replace the schedule; normally <see langword="null"/>.</summary>
    public IReadOnlyList<float>? TrainedBetas { get; init; }

    /// <summary>What the model predicts.</summary>
    public PredictionType PredictionType { get; init; } = PredictionType.Epsilon;

    /// <summary>Which timesteps are visited.</summary>
    public TimestepSpacing TimestepSpacing { get; init; } = TimestepSpacing.Leading;

    /// <summary>Added to every timestep of <see cref="TimestepSpacing.Leading"/>; Stable Diffusion uses 1.</summary>
    public int StepsOffset { get; init; }

    /// <summary>Whether the predicted clean sample is clamped; right for pixels, wrong for latents.</summary>
    public bool ClipSample { get; init; } = true;

    /// <summary>Bound of the clamp.</summary>
    public double ClipSampleRange { get; init; } = 1;

    /// <summary>DDIM only: whether the step after the last uses ᾱ = 1 (<see langword="true"/>) or ᾱ of timestep 0.</summary>
    public bool SetAlphaToOne { get; init; } = true;

    /// <summary>Whether betas are rescaled so that the last timestep is pure noise (Lin et al. 2024, algorithm 1).</summary>
    public bool RescaleBetasZeroSnr { get; init; }

    /// <summary>Dynamic thresholding of the predicted clean sample (Saharia et al. 2022, section 2.3); not for latents.</summary>
    public bool Thresholding { get; init; }

    /// <summary>Quantile of |x₀| that becomes the threshold.</summary>
    public double DynamicThresholdingRatio { get; init; } = 0.995;

    /// <summary>Upper bound of the dynamic threshold.</summary>
    public double SampleMaxValue { get; init; } = 1;

    /// <summary>DDPM only: variance of the noise added in a step.</summary>
    public VarianceType VarianceType { get; init; } = VarianceType.FixedSmall;

    /// <summary>Keys of the file that this record has no property for.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherKeys { get; set; }

    /// <summary>The schedule that Stable Diffusion 1.x and 2.x were trained with, sampled by DDIM.</summary>
    public static SchedulerConfig StableDiffusion { get; } = new()
    {
        BetaStart = 0.00085,
        BetaEnd = 0.012,
        BetaSchedule = BetaSchedule.ScaledLinear,
        ClipSample = false,
        SetAlphaToOne = false,
        StepsOffset = 1,
    };

    /// <summary>Reads a <c>scheduler_config.json</c>.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="InvalidDataException">The file is no valid scheduler configuration; the message names it.</exception>
    public static SchedulerConfig Load(string path)
    {
        try
        {
            return FromJson(File.ReadAllText(path));
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Reads a configuration from JSON text. A key whose value is null counts as missing.</summary>
    /// <exception cref="InvalidDataException">The text is no JSON object, or a value is unknown or out of range.</exception>
    public static SchedulerConfig FromJson(string json)
    {
        try
        {
            var fields = JsonNode.Parse(json) as JsonObject
                ?? throw new InvalidDataException("A scheduler configuration must be a JSON object.");
            foreach (var key in fields.Where(field => field.Value is null).Select(field => field.Key).ToList())
                fields.Remove(key);
            var config = fields.Deserialize<SchedulerConfig>(s_json)!;
            config.Validate();
            return config;
        }
        // A key given twice surfaces as ArgumentException once the object is enumerated.
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            throw new InvalidDataException($"The scheduler configuration cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Writes the configuration as JSON, with the keys of <see cref="OtherKeys"/>.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, s_json);

    /// <summary>Checks the ranges given with the properties.</summary>
    /// <exception cref="InvalidDataException">A value is out of range; the message names the key.</exception>
    public void Validate()
    {
        Require(NumTrainTimesteps is >= 1 and <= MaxTrainTimesteps, $"num_train_timesteps must be 1 to {MaxTrainTimesteps}, not {NumTrainTimesteps}.");
        Require(BetaStart is > 0 and < 1, $"beta_start must lie between 0 and 1, not {BetaStart}.");
        Require(BetaEnd is > 0 and < 1, $"beta_end must lie between 0 and 1, not {BetaEnd}.");
        Require(TrainedBetas is null || TrainedBetas.Count == NumTrainTimesteps, $"trained_betas must hold num_train_timesteps = {NumTrainTimesteps} values, not {TrainedBetas?.Count}.");
        Require(TrainedBetas is null || TrainedBetas.All(beta => beta is > 0 and < 1), "Every one of trained_betas must lie between 0 and 1.");
        Require(StepsOffset >= 0 && StepsOffset < NumTrainTimesteps, $"steps_offset must be 0 to {NumTrainTimesteps - 1}, not {StepsOffset}.");
        Require(ClipSampleRange > 0, $"clip_sample_range must be positive, not {ClipSampleRange}.");
        Require(DynamicThresholdingRatio is > 0 and <= 1, $"dynamic_thresholding_ratio must lie between 0 and 1, not {DynamicThresholdingRatio}.");
        Require(SampleMaxValue >= 1, $"sample_max_value must be at least 1, not {SampleMaxValue}.");
    }

    private static void Require(bool condition, string message)
    {
        if (!condition) throw new InvalidDataException(message);
    }
}
