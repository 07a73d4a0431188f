using System.Text.Json;
using System.Text.Json.Nodes;
using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Golden;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Cli.Tests.Golden;

/// <summary>
/// A file of trajectories brings its own formulas: those of another file pass too, and wrong ones do not.
/// </summary>
public sealed class SchedulerFormulaTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("golden").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("cos", 0.5, 0.2, 50, 0)]
    [InlineData("sin", 0.7, 0.4, 30, 0)]
    [InlineData("cos", 0.5, 0.2, 50, 1)]
    public void One_step_of_ddim_by_other_formulas(
        string wave, double x, double amplitude, double period, double mistake)
    {
        // η = 0, one step from timestep 1: x₀ = (x − √(1−ᾱ₁)·ε)/√ᾱ₁, then √ᾱ₀·x₀ + √(1−ᾱ₀)·ε (Song et al. 2021,
        // equation 12).
        double Beta(int i) => Math.Pow(Math.Sqrt(0.00085) + (i * (Math.Sqrt(0.012) - Math.Sqrt(0.00085)) / 999), 2);
        var (alpha0, alpha1) = (1 - Beta(0), (1 - Beta(0)) * (1 - Beta(1)));
        double[] sample = [0.3, -0.8, 1.1, 0.2];
        double Wave(double angle) => wave == "sin" ? Math.Sin(angle) : Math.Cos(angle);
        double Step(double value)
        {
            var epsilon = (x * value) + (amplitude * Wave(1 / period));
            return (Math.Sqrt(alpha0) * (value - (Math.Sqrt(1 - alpha1) * epsilon)) / Math.Sqrt(alpha1))
                + (Math.Sqrt(1 - alpha0) * epsilon);
        }
        var file = new JsonObject
        {
            ["formulas"] = new JsonObject
            {
                ["model_output"] = new JsonObject
                { ["x"] = x + mistake, ["wave"] = wave, ["amplitude"] = amplitude, ["period"] = period },
                ["initial_sample"] = new JsonObject
                { ["wave"] = "cos", ["amplitude"] = 2, ["offset"] = 0.5, ["step"] = 0.3 },
                ["noise"] = new JsonObject { ["wave"] = "cos", ["amplitude"] = 1.5, ["step"] = 0.9 },
            },
            ["cases"] = new JsonArray(new JsonObject
            {
                ["name"] = "one step",
                ["scheduler"] = "DDIMScheduler",
                ["config"] = JsonNode.Parse(
                    """{"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "clip_sample": false, "set_alpha_to_one": false, "steps_offset": 1}"""),
                ["num_inference_steps"] = 1,
                ["timesteps"] = Numbers(1),
                ["init_noise_sigma"] = 1,
                ["initial_sample"] = Numbers(sample),
                ["shape"] = Numbers(1, 1, 2, 2),
                ["noises_used"] = new JsonArray(),
                ["prev_samples"] = new JsonArray(Numbers([.. sample.Select(Step)])),
                ["add_noise"] = new JsonObject
                {
                    ["timesteps"] = Numbers(0),
                    ["result"] = new JsonArray(Numbers([.. Enumerable.Range(0, 4).Select(i =>
                        (Math.Sqrt(alpha0) * 2 * Math.Cos(0.5 + (0.3 * i)))
                            + (Math.Sqrt(1 - alpha0) * 1.5 * Math.Cos(0.9 * (i + 1))))])),
                },
            }),
        };
        File.WriteAllText(Path.Combine(_root, "schedulers.json"), file.ToJsonString());
        using var output = new StringWriter();
        Assert.True((GoldenCommand.Run(
            _root, null, new GoldenSetup(CPU, Precision.Float32), output) == 0) == (mistake == 0), output.ToString());
    }

    private static JsonArray Numbers(params double[] numbers) => JsonSerializer.SerializeToNode(numbers)!.AsArray();
}
