using System.Reflection;
using System.Runtime.CompilerServices;

namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>
/// The samplers by the names that users know, and the diffusers class that each is a setting of. This is the whole
/// table: a property is a row, and its name is the name in settings files and on the command line. See
/// <see cref="SchedulerConfig.WithSampler"/>.
/// </summary>
[JsonConverter(typeof(JsonNames))]
public sealed class Sampler
{
    private static readonly SamplerDefaults s_linspace = new() { TimestepSpacing = TimestepSpacing.Linspace };

    private static readonly Lazy<IReadOnlyList<Sampler>> s_all = new(() =>
        [.. typeof(Sampler).GetProperties(BindingFlags.Static | BindingFlags.Public)
            .Where(property => property.PropertyType == typeof(Sampler))
            .Select(property => (Sampler)property.GetValue(null)!)]);

    private Sampler(string className, Func<SchedulerConfig, Scheduler> create, [CallerMemberName] string name = "") =>
        (ClassName, Create, Name) = (className, create, name);

    /// <summary>DDIM: deterministic, first order. 20 to 50 steps.</summary>
    public static Sampler Ddim { get; } = new("DDIMScheduler", config => new DdimScheduler(config));

    /// <summary>DDPM: the training process reversed; hundreds of steps.</summary>
    public static Sampler Ddpm { get; } = new("DDPMScheduler", config => new DdpmScheduler(config));

    /// <summary>PNDM without Runge-Kutta steps (PLMS), Stable Diffusion's first default. 25 to 50 steps.</summary>
    public static Sampler Pndm { get; } = new("PNDMScheduler", config => new PndmScheduler(config))
    {
        Defaults = new() { SetAlphaToOne = false },
        Preset = config => config with { SkipPrkSteps = true },
    };

    /// <summary>Euler: deterministic, first order in σ. 20 to 50 steps.</summary>
    public static Sampler Euler { get; } = new(
        "EulerDiscreteScheduler", config => new EulerDiscreteScheduler(config))
    { Defaults = s_linspace };

    /// <summary>Euler at Karras' noise levels.</summary>
    public static Sampler EulerKarras { get; } = Euler.With(config => config with { UseKarrasSigmas = true });

    /// <summary>Euler a: adds noise in every step, so that more steps keep changing the image.</summary>
    public static Sampler EulerAncestral { get; } = new(
        "EulerAncestralDiscreteScheduler", config => new EulerAncestralDiscreteScheduler(config))
    { Defaults = s_linspace };

    /// <summary>DPM++ 2M: deterministic, second order. 15 to 25 steps.</summary>
    public static Sampler DpmSolverPlusPlus2M { get; } = new(
        "DPMSolverMultistepScheduler", config => new DpmSolverMultistepScheduler(config))
    { Defaults = s_linspace };

    /// <summary>DPM++ 2M Karras.</summary>
    public static Sampler DpmSolverPlusPlus2MKarras { get; } =
        DpmSolverPlusPlus2M.With(config => config with { UseKarrasSigmas = true });

    /// <summary>DPM++ 2M SDE: second order with noise in every step. 20 to 40 steps.</summary>
    public static Sampler DpmSolverPlusPlus2MSde { get; } =
        DpmSolverPlusPlus2M.With(config => config with { AlgorithmType = AlgorithmType.SdeDpmSolverPlusPlus });

    /// <summary>DPM++ 2M SDE Karras.</summary>
    public static Sampler DpmSolverPlusPlus2MSdeKarras { get; } = DpmSolverPlusPlus2M.With(config =>
        config with { AlgorithmType = AlgorithmType.SdeDpmSolverPlusPlus, UseKarrasSigmas = true });

    /// <summary>DPM++ 3M: deterministic, third order; better without guidance than with it.</summary>
    public static Sampler DpmSolverPlusPlus3M { get; } =
        DpmSolverPlusPlus2M.With(config => config with { SolverOrder = 3 });

    /// <summary>DPM++ 3M Karras.</summary>
    public static Sampler DpmSolverPlusPlus3MKarras { get; } =
        DpmSolverPlusPlus2M.With(config => config with { SolverOrder = 3, UseKarrasSigmas = true });

    /// <summary>LCM: 1 to 8 steps, for models or adapters distilled for it.</summary>
    public static Sampler Lcm { get; } = new("LCMScheduler", config => new LcmScheduler(config))
    {
        Defaults = new()
        {
            BetaStart = 0.00085,
            BetaEnd = 0.012,
            BetaSchedule = BetaSchedule.ScaledLinear,
            ClipSample = false,
        },
    };

    /// <summary>All of them, in the order above.</summary>
    public static IReadOnlyList<Sampler> All => s_all.Value;

    /// <summary>The name, such as <c>EulerAncestral</c>.</summary>
    public string Name { get; }

    /// <summary>The diffusers class, as <c>_class_name</c> of a <c>scheduler_config.json</c> gives it.</summary>
    public string ClassName { get; }

    /// <summary>Makes the scheduler of a configuration whose <see cref="SchedulerConfig.ClassName"/> is this
    /// one's.</summary>
    internal Func<SchedulerConfig, Scheduler> Create { get; }

    /// <summary>What diffusers takes for a key that a configuration of this class does not state.</summary>
    internal SamplerDefaults Defaults { get; private init; } = new();

    /// <summary>What tells this sampler from the others of its class.</summary>
    internal Func<SchedulerConfig, SchedulerConfig> Preset { get; private init; } = config => config;

    /// <summary>Finds a sampler by its name; case plays no part.</summary>
    /// <exception cref="FormatException">There is no such sampler; the message lists those there are.</exception>
    public static Sampler Parse(string name) =>
        All.FirstOrDefault(sampler => sampler.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new FormatException(
            $"There is no sampler '{name}', but {string.Join(", ", All.Select(sampler => sampler.Name))}.");

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>The first sampler of a diffusers class; null for one that is not available.</summary>
    internal static Sampler? OfClass(string className) =>
        All.FirstOrDefault(sampler => sampler.ClassName == className);

    private Sampler With(Func<SchedulerConfig, SchedulerConfig> preset, [CallerMemberName] string name = "") =>
        new(ClassName, Create, name) { Defaults = Defaults, Preset = preset };

    private sealed class JsonNames : JsonConverter<Sampler>
    {
        public override Sampler Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            try
            {
                return Parse(reader.TokenType == JsonTokenType.String ? reader.GetString()! : "");
            }
            catch (FormatException error)
            {
                throw new JsonException(error.Message, error);
            }
        }

        public override void Write(Utf8JsonWriter writer, Sampler value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Name);
    }
}

/// <summary>The keys in whose defaults diffusers' samplers differ; here with those of DDIM.</summary>
internal sealed record SamplerDefaults
{
    public double BetaStart { get; init; } = 0.0001;

    public double BetaEnd { get; init; } = 0.02;

    public BetaSchedule BetaSchedule { get; init; } = BetaSchedule.Linear;

    public TimestepSpacing TimestepSpacing { get; init; } = TimestepSpacing.Leading;

    public bool ClipSample { get; init; } = true;

    public bool SetAlphaToOne { get; init; } = true;
}
