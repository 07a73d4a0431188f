using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>Reading, checking and writing.</summary>
public sealed partial record SchedulerConfig
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    /// <summary>Reads a <c>scheduler_config.json</c>.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="InvalidDataException">The file is no valid scheduler configuration; the message names
    /// it.</exception>
    /// <exception cref="ModelFolderException">There is no such file, or it is no text.</exception>
    public static SchedulerConfig Load(string path)
    {
        try
        {
            return FromJson(ConfigText.Read(path));
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Reads a configuration from JSON text. A key whose value is null counts as missing.</summary>
    /// <exception cref="InvalidDataException">The text is no JSON object, or a value is unknown or out of
    /// range.</exception>
    public static SchedulerConfig FromJson(string json)
    {
        try
        {
            var fields = JsonNode.Parse(WithoutInfinities(json)) as JsonObject
                ?? throw new InvalidDataException("A scheduler configuration must be a JSON object.");
            foreach (var key in fields.Where(field => field.Value is null).Select(field => field.Key).ToList())
                fields.Remove(key);
            ReplaceSynonyms(fields);
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

    /// <summary>
    /// Writes the configuration as JSON: the keys that differ from the defaults, and those of <see cref="OtherKeys"/>.
    /// </summary>
    public string ToJson()
    {
        var fields = JsonSerializer.SerializeToNode(this, s_json)!.AsObject();
        foreach (var (key, value) in JsonSerializer.SerializeToNode(
            new SchedulerConfig { ClassName = "" }, s_json)!.AsObject())
            if (JsonNode.DeepEquals(value, fields[key])) fields.Remove(key);
        return fields.ToJsonString(s_json);
    }

    /// <summary>Checks the ranges given with the properties.</summary>
    /// <exception cref="InvalidDataException">A value is out of range; the message names the key.</exception>
    public void Validate()
    {
        Require(NumTrainTimesteps is >= 1 and <= MaxTrainTimesteps,
            $"num_train_timesteps must be 1 to {MaxTrainTimesteps}, not {NumTrainTimesteps}.");
        Require(BetaStart is > 0 and < 1, $"beta_start must lie between 0 and 1, not {BetaStart}.");
        Require(BetaEnd is > 0 and < 1, $"beta_end must lie between 0 and 1, not {BetaEnd}.");
        Require(TrainedBetas is null || TrainedBetas.Count == NumTrainTimesteps,
            $"trained_betas must hold num_train_timesteps = {NumTrainTimesteps} values, not {TrainedBetas?.Count}.");
        Require(TrainedBetas is null || TrainedBetas.All(beta => beta is > 0 and < 1),
            "Every one of trained_betas must lie between 0 and 1.");
        Require(StepsOffset >= 0 && StepsOffset < NumTrainTimesteps,
            $"steps_offset must be 0 to {NumTrainTimesteps - 1}, not {StepsOffset}.");
        Require(ClipSampleRange > 0, $"clip_sample_range must be positive, not {ClipSampleRange}.");
        Require(DynamicThresholdingRatio is > 0 and <= 1,
            $"dynamic_thresholding_ratio must lie between 0 and 1, not {DynamicThresholdingRatio}.");
        Require(SampleMaxValue >= 1, $"sample_max_value must be at least 1, not {SampleMaxValue}.");
        Require(SigmaMin is null or > 0 and < double.PositiveInfinity, $"sigma_min must be above 0, not {SigmaMin}.");
        Require(SigmaMax is null or > 0 and < double.PositiveInfinity, $"sigma_max must be above 0, not {SigmaMax}.");
        Require(SolverOrder is >= 1 and <= 3, $"solver_order must be 1, 2 or 3, not {SolverOrder}.");
        Require(OriginalInferenceSteps is >= 1 and <= MaxTrainTimesteps,
            $"original_inference_steps must be 1 to {MaxTrainTimesteps}, not {OriginalInferenceSteps}.");
        Require(TimestepScaling is > 0 and < double.PositiveInfinity,
            $"timestep_scaling must be above 0, not {TimestepScaling}.");
    }

    // Python writes DPM-Solver's lambda_min_clipped as -Infinity, which is no JSON; it is the default, as null is.
    private static string WithoutInfinities(string json) =>
        InfinityOutsideText().Replace(json, match => match.Value.StartsWith('"') ? match.Value : "null");

    [GeneratedRegex("\"(?:[^\"\\\\]|\\\\.)*\"|-?Infinity\\b", RegexOptions.Singleline)]
    private static partial Regex InfinityOutsideText();

    // Values of related solvers that diffusers' DPM-Solver takes for its own nearest ones.
    private static void ReplaceSynonyms(JsonObject fields)
    {
        if (IsText("algorithm_type", "deis")) fields["algorithm_type"] = "dpmsolver++";
        if (IsText("solver_type", "logrho", "bh1", "bh2")) fields["solver_type"] = "midpoint";

        bool IsText(string key, params string[] values) =>
            fields[key] is JsonValue value && value.TryGetValue<string>(out var text) && values.Contains(text);
    }

    private static void Require(bool condition, string message)
    {
        if (!condition) throw new InvalidDataException(message);
    }
}
