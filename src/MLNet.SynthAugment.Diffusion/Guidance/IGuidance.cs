using MLNet.SynthAugment.Diffusion.Schedulers;

namespace MLNet.SynthAugment.Diffusion.Guidance;

/// <summary>
/// Steers sampling: says which predictions of the UNet a step needs, and makes the guided prediction of them. A
/// guidance is an immutable record; its public settings, and nothing else, tell it apart in saved settings.
/// </summary>
/// <remarks>
/// A guidance by the gradient of a loss adds it in <see cref="Combine"/>, which has all it needs in the step: the
/// latents and their noise level. Differentiable sampling goes through <see cref="Combine"/> too.
/// </remarks>
[JsonConverter(typeof(GuidanceJson))]
public interface IGuidance
{
    /// <summary>
    /// The predictions that a step needs, at least one. They go through the UNet as one batch, in this order, and must
    /// not change during a run.
    /// </summary>
    IReadOnlyList<GuidancePart> Parts { get; }

    /// <summary>The guided prediction, of the kind that the model predicts (ε, v or x₀).</summary>
    /// <param name="predictions">The UNet's predictions in the order of <see cref="Parts"/>, each float32 [B, C, h,
    /// w].</param>
    /// <param name="step">The step that is made.</param>
    /// <returns>Of the shape of one prediction; may belong to the current dispose scope.</returns>
    Tensor Combine(IReadOnlyList<Tensor> predictions, GuidanceStep step);
}

/// <summary>What one prediction is told; everything else is the same for all predictions of a step.</summary>
/// <param name="Prompt">Whether it is told the prompt; else the negative prompt.</param>
/// <param name="Image">Whether it is told the image, if there is one.</param>
public sealed record GuidancePart(bool Prompt, bool Image)
{
    /// <summary>The prediction e(T, I) for the prompt and the image, if there is one.</summary>
    public static GuidancePart Conditional { get; } = new(Prompt: true, Image: true);

    /// <summary>The prediction e(∅, I) for the negative prompt with the image.</summary>
    public static GuidancePart ImageOnly { get; } = new(Prompt: false, Image: true);

    /// <summary>The prediction e(∅, ∅) for the negative prompt without the image.</summary>
    public static GuidancePart Unconditional { get; } = new(Prompt: false, Image: false);
}

/// <summary>The step for which predictions are combined.</summary>
/// <param name="Run">The run, which knows schedule and prediction type.</param>
/// <param name="Index">Index of the step in <see cref="SamplingRun.Timesteps"/>.</param>
/// <param name="Latents">The latents as the UNet sees them, √ᾱ·x₀ + √(1−ᾱ)·ε, [B, C, h, w].</param>
public sealed record GuidanceStep(SamplingRun Run, int Index, Tensor Latents)
{
    /// <summary>What the UNet is told as the time.</summary>
    public double Timestep => Run.Timesteps[Index];

    /// <summary>ᾱ of the latents.</summary>
    public double AlphaCumprod => Run.AlphaCumprod(Index);
}

/// <summary>
/// A guidance in settings and seed files: an object with its settings, and its class as <c>Kind</c>. Only classes of
/// this library are read back.
/// </summary>
internal sealed class GuidanceJson : JsonConverter<IGuidance>
{
    private const string Kind = "Kind";

    private static readonly Dictionary<string, Type> s_kinds = typeof(IGuidance).Assembly.GetTypes()
        .Where(type => type.IsAssignableTo(typeof(IGuidance)) && !type.IsAbstract).ToDictionary(type => type.Name);

    public override IGuidance Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var fields = JsonNode.Parse(ref reader) as JsonObject
            ?? throw new JsonException($"A guidance is a JSON object with a {Kind}.");
        var kind = fields[Kind] is JsonValue value && value.TryGetValue<string>(out var name) ? name : "";
        fields.Remove(Kind);
        return s_kinds.TryGetValue(kind, out var type)
            ? (IGuidance)fields.Deserialize(type, options)!
            : throw new JsonException(
                $"There is no guidance '{kind}'; {Kind} is one of {string.Join(", ", s_kinds.Keys.Order())}.");
    }

    public override void Write(Utf8JsonWriter writer, IGuidance value, JsonSerializerOptions options)
    {
        var type = value.GetType();
        var fields = JsonSerializer.SerializeToNode(value, type, options)!.AsObject();
        fields.Remove(nameof(IGuidance.Parts));
        fields.Insert(0, Kind, s_kinds.ContainsValue(type) ? type.Name : type.FullName);
        fields.WriteTo(writer, options);
    }
}
