using System.Text.Json;
using static MLNet.SynthAugment.Diffusion.KeptScalars;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Golden.Suites;

/// <summary>
/// What stands in for model, samples and noise in a file of sampler trajectories. Its object <c>formulas</c> holds the
/// numbers; those of the first files are meant where it is not there.
/// </summary>
internal sealed class SchedulerFormulas(JsonElement root)
{
    private readonly JsonElement? _formulas = root.TryGetProperty("formulas", out var formulas) ? formulas : null;

    /// <summary>The model's output: x·input + amplitude·wave(timestep / period).</summary>
    public Tensor ModelOutput(Tensor input, double timestep) =>
        (Kept(Number("model_output", "x", 0.3)) * input).Plus(
            Number("model_output", "amplitude", 0.1) * Wave(
            "model_output", timestep / Number("model_output", "period", 100)));

    /// <summary>Element i of the clean sample: amplitude·wave(offset + step·i).</summary>
    public double Sample(int i) =>
        Number("initial_sample", "amplitude", 1) * Wave(
            "initial_sample", Number("initial_sample", "offset", 1) + (Number("initial_sample", "step", 0.7) * i));

    /// <summary>Element i of the first noise: amplitude·wave(step·(i + 1)).</summary>
    public double Noise(int i) =>
        Number("noise", "amplitude", 1.2) * Wave("noise", Number("noise", "step", 12.9898) * (i + 1));

    private double Wave(string formula, double angle) => (Field(formula, "wave")?.GetString() ?? "sin") switch
    {
        "sin" => Math.Sin(angle),
        "cos" => Math.Cos(angle),
        var other => throw new FormatException(
            $"The formula '{formula}' has the wave '{other}'; sin and cos are known."),
    };

    private double Number(string formula, string key, double otherwise) =>
        Field(formula, key)?.GetDouble() ?? otherwise;

    private JsonElement? Field(string formula, string key) =>
        _formulas is { } all && all.TryGetProperty(formula, out var fields)
            && fields.TryGetProperty(key, out var value) ? value : null;
}
