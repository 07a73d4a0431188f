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
    /// Name of the diffusers class, such as <see cref="Sampler.ClassName"/>; see <see cref="Scheduler.Create"/>.
    /// </summary>
    [JsonPropertyName("_class_name")]
    public string ClassName { get; init; } = "DDIMScheduler";

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

    /// <summary>DDPM: variance of the noise added in a step.</summary>
    public VarianceType VarianceType { get; init; } = VarianceType.FixedSmall;

    /// <summary>
    /// PNDM: whether the first steps are simple ones instead of four-call Runge-Kutta steps; Stable Diffusion skips
    /// them.
    /// </summary>
    public bool SkipPrkSteps { get; init; }

    /// <summary>Euler, DPM-Solver: σ spaced as Karras et al. 2022, equation 5 (ρ = 7).</summary>
    public bool UseKarrasSigmas { get; init; }

    /// <summary>Euler, DPM-Solver: log σ spaced evenly.</summary>
    public bool UseExponentialSigmas { get; init; }

    /// <summary>Euler, DPM-Solver: σ at quantiles of Beta(0.6, 0.6) (Lee et al. 2024).</summary>
    public bool UseBetaSigmas { get; init; }

    /// <summary>DPM-Solver: λ = −log σ spaced evenly (Lu et al. 2022, section 3.3).</summary>
    public bool UseLuLambdas { get; init; }

    /// <summary>
    /// Euler: smallest σ of the Karras, exponential and beta spacings; null for that of the schedule.
    /// </summary>
    public double? SigmaMin { get; init; }

    /// <summary>Euler: largest σ of the Karras, exponential and beta spacings; null for that of the schedule.</summary>
    public double? SigmaMax { get; init; }

    /// <summary>Euler: how σ is found between whole timesteps.</summary>
    public InterpolationType InterpolationType { get; init; }

    /// <summary>
    /// Euler: with <see cref="TimestepType.Continuous"/> and v prediction the model is told log(σ)/4 instead of a
    /// timestep.
    /// </summary>
    public TimestepType TimestepType { get; init; }

    /// <summary>Euler, DPM-Solver: σ after the last step.</summary>
    public FinalSigmasType FinalSigmasType { get; init; }

    /// <summary>DPM-Solver: order 1, 2 or 3; 2 is recommended with guidance.</summary>
    public int SolverOrder { get; init; } = 2;

    /// <summary>DPM-Solver: which equation is solved.</summary>
    public AlgorithmType AlgorithmType { get; init; } = AlgorithmType.DpmSolverPlusPlus;

    /// <summary>DPM-Solver: form of the second-order step.</summary>
    public SolverType SolverType { get; init; }

    /// <summary>DPM-Solver: whether the last steps of runs of fewer than 15 steps are of lower order.</summary>
    public bool LowerOrderFinal { get; init; } = true;

    /// <summary>DPM-Solver: whether the last step is of first order in every run.</summary>
    public bool EulerAtFinal { get; init; }

    /// <summary>
    /// DPM-Solver: timesteps with a log signal-to-noise ratio λ below this are not visited; null for no bound. Cosine
    /// schedules need about −5.1.
    /// </summary>
    public double? LambdaMinClipped { get; init; }

    /// <summary>LCM: number of steps of the schedule the model was distilled on, of which a run takes a part.</summary>
    public int OriginalInferenceSteps { get; init; } = 50;

    /// <summary>LCM: factor of the timestep in the boundary condition.</summary>
    public double TimestepScaling { get; init; } = 10;

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

    /// <summary>
    /// This model's noise schedule and prediction type with another sampler, as <c>from_config</c> does in diffusers:
    /// stated keys stay, the others take the new sampler's defaults. For instance
    /// <c>Scheduler.Create(model.SchedulerConfig.WithSampler(Sampler.DpmSolverPlusPlus2MKarras))</c>.
    /// </summary>
    /// <param name="sampler">The sampler.</param>
    public SchedulerConfig WithSampler(Sampler sampler) => sampler.Preset(this with
    {
        ClassName = sampler.ClassName,
        UseKarrasSigmas = false,
        UseExponentialSigmas = false,
        UseBetaSigmas = false,
        UseLuLambdas = false,
        AlgorithmType = AlgorithmType.DpmSolverPlusPlus,
        SolverType = SolverType.Midpoint,
        SolverOrder = 2,
    });

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

    /// <summary>Flow matching, which no sampler here does.</summary>
    [JsonInclude]
    internal bool UseFlowSigmas { get; init; }

    private SamplerDefaults Defaults => (Sampler.OfClass(ClassName) ?? Sampler.Ddim).Defaults;
}
