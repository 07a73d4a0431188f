using System.Text.Json;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.Tests.Golden;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Schedulers;

/// <summary>Trajectories recorded from diffusers; relative tolerance 1e-5, for the cosine schedule 1e-4.</summary>
public class SchedulerGoldenTests
{
    private static readonly string[] s_supported = ["DDPMScheduler", "DDIMScheduler"];

    public static TheoryData<string> Cases()
    {
        var cases = new TheoryData<string>();
        if (SharedData.MissingBecause("golden") is not null)
            cases.Add("");
        else
            foreach (var golden in Load().RootElement.GetProperty("cases").EnumerateArray())
                if (s_supported.Contains(golden.GetProperty("scheduler").GetString()))
                    cases.Add(golden.GetProperty("name").GetString()!);
        return cases;
    }

    [SharedTheory]
    [MemberData(nameof(Cases))]
    public void Trajectory_agrees_with_diffusers(string name)
    {
        using var document = Load();
        var golden = document.RootElement.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);
        var scheduler = Make(golden);
        var tolerance = scheduler.Config.BetaSchedule == BetaSchedule.SquaredcosCapV2 ? 1e-4 : 1e-5;
        CheckTables(golden, scheduler, tolerance);

        scheduler.SetTimesteps(golden.GetProperty("num_inference_steps").GetInt32());
        Assert.Equal(Numbers(golden, "timesteps"), scheduler.Timesteps);
        Assert.Equal(golden.GetProperty("init_noise_sigma").GetDouble(), scheduler.InitNoiseSigma);

        using var scope = NewDisposeScope();
        var shape = golden.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64()).ToArray();
        var sample = tensor(Numbers(golden, "initial_sample")).reshape(shape);
        var noises = new Queue<double[]>(golden.GetProperty("noises_used").EnumerateArray().Select(Numbers));
        for (var step = 0; step < scheduler.Timesteps.Count; step++)
        {
            var input = scheduler.ScaleModelInput(sample, step);
            AssertClose(Numbers(golden.GetProperty("scaled_model_inputs")[step]), input, tolerance);
            var output = 0.3 * input + 0.1 * Math.Sin(scheduler.Timesteps[step] / 100);
            var noise = scheduler.NeedsNoise(step) ? tensor(noises.Dequeue()).reshape(shape) : null;
            (sample, var original) = scheduler.Step(output, step, sample, noise);
            AssertClose(Numbers(golden.GetProperty("prev_samples")[step]), sample, tolerance);
            AssertClose(Numbers(golden.GetProperty("pred_original_samples")[step]), original, tolerance);
        }
        Assert.Empty(noises);
    }

    [SharedTheory]
    [MemberData(nameof(Cases))]
    public void Forward_process_and_velocity_agree_with_diffusers(string name)
    {
        using var document = Load();
        var golden = document.RootElement.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);
        var scheduler = Make(golden);
        using var scope = NewDisposeScope();
        var original = Rows(i => Math.Sin(1 + 0.7 * i));
        var noise = Rows(i => 1.2 * Math.Sin(12.9898 * (i + 1)));
        long[] timesteps = [3, 750];
        AssertRows(golden.GetProperty("add_noise"), scheduler.AddNoise(original, noise, timesteps));
        AssertRows(golden.GetProperty("get_velocity"), scheduler.GetVelocity(original, noise, timesteps));

        static Tensor Rows(Func<int, double> value) => tensor(Enumerable.Range(0, 16).Select(i => value(i % 8)).ToArray()).reshape(2, 2, 2, 2);
        static void AssertRows(JsonElement expected, Tensor actual) =>
            AssertClose([.. expected.GetProperty("result").EnumerateArray().SelectMany(Numbers)], actual, 1e-5);
    }

    private static JsonDocument Load() => JsonDocument.Parse(File.ReadAllText(SharedData.Golden("schedulers.json")));

    private static Scheduler Make(JsonElement golden)
    {
        var config = SchedulerConfig.FromJson(golden.GetProperty("config").GetRawText());
        if (golden.GetProperty("scheduler").GetString() == "DDPMScheduler") return new DdpmScheduler(config);
        var arguments = golden.GetProperty("step_kwargs");
        return new DdimScheduler(
            config,
            arguments.TryGetProperty("eta", out var eta) ? eta.GetDouble() : 0,
            arguments.TryGetProperty("use_clipped_model_output", out var clipped) && clipped.GetBoolean());
    }

    private static void CheckTables(JsonElement golden, Scheduler scheduler, double tolerance)
    {
        foreach (var entry in golden.GetProperty("betas").EnumerateObject())
            Assert.Equal(entry.Value.GetDouble(), scheduler.NoiseSchedule.Betas[int.Parse(entry.Name)], tolerance);
        foreach (var entry in golden.GetProperty("alphas_cumprod").EnumerateObject())
            Assert.Equal(entry.Value.GetDouble(), scheduler.NoiseSchedule.AlphasCumprod[int.Parse(entry.Name)], tolerance);
        if (scheduler is DdimScheduler ddim)
            Assert.Equal(golden.GetProperty("final_alpha_cumprod").GetDouble(), ddim.AlphaCumprod(-1), tolerance);
    }

    private static double[] Numbers(JsonElement golden, string name) => Numbers(golden.GetProperty(name));

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(n => n.GetDouble())];

    private static void AssertClose(double[] expected, Tensor actual, double tolerance)
    {
        var values = actual.data<double>().ToArray();
        Assert.Equal(expected.Length, values.Length);
        Assert.All(expected.Zip(values), pair =>
            Assert.True(Math.Abs(pair.First - pair.Second) <= tolerance * Math.Max(1, Math.Abs(pair.First)), $"{pair.First} expected, {pair.Second} found"));
    }
}
