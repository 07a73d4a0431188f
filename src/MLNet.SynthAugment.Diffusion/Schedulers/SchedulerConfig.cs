using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>
/// The contents of a <c>scheduler_config.json</c>. A key that is not stated takes the default of the diffusers class
/// named by <see cref="ClassName"/>, also after <see cref="ClassName"/> is changed; keys that are not known here are
/// kept and written back.
/// </summary>
public sealed partial record SchedulerConfig
{
    private const int MaxTrainTimesteps = 1_000_000;

    /// <summary>
    /// Name of the diffusers class, one of <see cref="SchedulerNames"/>; see <see cref="Scheduler.Create"/>.
    /// </summary>
    [JsonPropertyName("_class_name")]
    public string ClassName { get; init; } = SchedulerNames.Ddim;

    /// <summary>Number T of timesteps the model was trained on, 1 to 1,000,000.</summary>
    public int NumTrainTimesteps { get; init; } = 1000;

    /// <summary>β of the first timestep, above 0 and below 1; default 0.0001, for LCM 0.00085.</summary>
    [JsonIgnore]
    public double BetaStart { get => StatedBetaStart ?? Defaults.BetaStart; init => StatedBetaStart = value; }

    /// <summary>β of the last timestep, above 0 and below 1; default 0.02, for LCM 0.012.</summary>
    [JsonIgnore]
    public double BetaEnd { get => StatedBetaEnd ?? Defaults.BetaEnd; init => StatedBetaEnd = value; }

    /// <summary>How β grows between the two; default linear, for LCM scaled linear.</summary>
    [JsonIgnore]
    public BetaSchedule BetaSchedule
    {
        get => StatedBetaSchedule ?? Defaults.BetaSchedule; init =>
        StatedBetaSchedule = value;
    }

    /// <summary>
    /// Explicit betas, one a training timestep, that replace the schedule; normally <see langword="null"/>.
    /// </summary>
    public IReadOnlyList<float>? TrainedBetas { get; init; }

    /// <summary>What the model predicts.</summary>
    public PredictionType PredictionType { get; init; } = PredictionType.Epsilon;

    /// <summary>Which timesteps are visited; default leading, for Euler and DPM-Solver linspace.</summary>
    [JsonIgnore]
    public TimestepSpacing TimestepSpacing
    {
        get => StatedTimestepSpacing ?? Defaults.TimestepSpacing; init =>
        StatedTimestepSpacing = value;
    }

    /// <summary>Added to every timestep of <see cref="TimestepSpacing.Leading"/>; Stable Diffusion uses 1.</summary>
    public int StepsOffset { get; init; }

    /// <summary>DDIM, PNDM: where a step leads to. diffusers has no such key: it goes by a fixed stride.</summary>
    public PreviousTimestep PreviousTimestep { get; init; } = PreviousTimestep.NextInRun;

    /// <summary>
    /// DDIM, DDPM, LCM: whether the predicted clean sample is clamped; right for pixels, wrong for latents. Default
    /// true, for LCM false.
    /// </summary>
    [JsonIgnore]
    public bool ClipSample { get => StatedClipSample ?? Defaults.ClipSample; init => StatedClipSample = value; }

    /// <summary>Bound of the clamp.</summary>
    public double ClipSampleRange { get; init; } = 1;

    /// <summary>
    /// DDIM, PNDM, LCM: whether the step after the last uses ᾱ = 1 (<see langword="true"/>) or ᾱ of timestep 0. Default
    /// true, for PNDM false.
    /// </summary>
    [JsonIgnore]
    public bool SetAlphaToOne
    {
        get => StatedSetAlphaToOne ?? Defaults.SetAlphaToOne; init =>
        StatedSetAlphaToOne = value;
    }

    /// <summary>
    /// Whether betas are rescaled so that the last timestep is pure noise (Lin et al. 2024, algorithm 1).
    /// </summary>
    public bool RescaleBetasZeroSnr { get; init; }

    /// <summary>
    /// Dynamic thresholding of the predicted clean sample (Saharia et al. 2022, section 2.3); not for latents.
    /// </summary>
    public bool Thresholding { get; init; }

    /// <summary>Quantile of |x₀| that becomes the threshold.</summary>
    public double DynamicThresholdingRatio { get; init; } = 0.995;

    /// <summary>Upper bound of the dynamic threshold.</summary>
    public double SampleMaxValue { get; init; } = 1;

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

    [JsonInclude, JsonPropertyName("beta_start")]
    internal double? StatedBetaStart { get; init; }

    [JsonInclude, JsonPropertyName("beta_end")]
    internal double? StatedBetaEnd { get; init; }

    [JsonInclude, JsonPropertyName("beta_schedule")]
    internal BetaSchedule? StatedBetaSchedule { get; init; }

    [JsonInclude, JsonPropertyName("timestep_spacing")]
    internal TimestepSpacing? StatedTimestepSpacing { get; init; }

    [JsonInclude, JsonPropertyName("clip_sample")]
    internal bool? StatedClipSample { get; init; }

    [JsonInclude, JsonPropertyName("set_alpha_to_one")]
    internal bool? StatedSetAlphaToOne { get; init; }

    private SchedulerDefaults Defaults => SchedulerDefaults.Of(ClassName);
}
