using System.Text.Json;
using MLNet.SynthAugment.Diffusion.Schedulers;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Schedulers;

public class SchedulerConfigTests
{
    [Fact]
    public void Missing_and_null_keys_take_the_defaults_of_diffusers()
    {
        var config = SchedulerConfig.FromJson(
            """{"_class_name": "DDIMScheduler", "prediction_type": null, "trained_betas": null}""");
        Assert.Equal(1000, config.NumTrainTimesteps);
        Assert.Equal((0.0001, 0.02), (config.BetaStart, config.BetaEnd));
        Assert.Equal((BetaSchedule.Linear, PredictionType.Epsilon, TimestepSpacing.Leading),
            (config.BetaSchedule, config.PredictionType, config.TimestepSpacing));
        Assert.True(config.ClipSample && config.SetAlphaToOne);
        Assert.Equal(0, config.StepsOffset);
    }

    [Fact]
    public void A_file_survives_reading_and_writing_with_its_unknown_keys()
    {
        var original = """{"_class_name":"HeunDiscreteScheduler","_diffusers_version":"0.7.0","beta_schedule":"squaredcos_cap_v2","skip_prk_steps":true,"prediction_type":"v_prediction","timestep_spacing":"trailing","variance_type":"fixed_small_log","steps_offset":1}""";
        var written = JsonDocument.Parse(SchedulerConfig.FromJson(original).ToJson()).RootElement;
        foreach (var field in JsonDocument.Parse(original).RootElement.EnumerateObject())
            Assert.Equal(field.Value.GetRawText(), written.GetProperty(field.Name).GetRawText());
    }

    [Theory]
    [InlineData("""{"beta_schedule": "exponential"}""", "beta_schedule")]
    [InlineData("""{"num_train_timesteps": 0}""", "num_train_timesteps")]
    [InlineData("""{"num_train_timesteps": 2000000000}""", "num_train_timesteps")]
    [InlineData("""{"beta_end": 3}""", "beta_end")]
    [InlineData("""{"beta_start": "NaN"}""", "beta_start")]
    [InlineData("""{"trained_betas": [0.1, 0.2]}""", "trained_betas")]
    [InlineData("""{"steps_offset": -1}""", "steps_offset")]
    [InlineData("""{"prediction_type": 1}""", "prediction_type")]
    [InlineData("""{"beta_end": 0.1, "beta_end": 0.2}""", "beta_end")]
    [InlineData("[]", "object")]
    [InlineData("", "JSON")]
    public void A_bad_file_is_refused_by_a_sentence_that_names_the_key(string json, string named) =>
        Assert.Contains(named, Assert.Throws<InvalidDataException>(() => SchedulerConfig.FromJson(json)).Message);

    [Fact]
    public void An_error_names_the_file()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, "{");
        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => SchedulerConfig.Load(path)).Message);
        File.Delete(path);
    }

    [Fact]
    public void A_sampler_that_is_not_available_is_replaced_by_DDIM_and_said_so()
    {
        var messages = new List<string>();
        var scheduler = Scheduler.Create(
            SchedulerConfig.StableDiffusion with { ClassName = "HeunDiscreteScheduler" }, messages.Add);
        Assert.IsType<DdimScheduler>(scheduler);
        Assert.Contains("HeunDiscreteScheduler", Assert.Single(messages));
        Assert.IsType<DdpmScheduler>(
            Scheduler.Create(SchedulerConfig.StableDiffusion with { ClassName = "DDPMScheduler" }, messages.Add));
        Assert.Single(messages);
    }

    [Fact]
    public void Misuse_is_refused_clearly()
    {
        using var scope = NewDisposeScope();
        var scheduler = new DdpmScheduler(SchedulerConfig.StableDiffusion);
        var sample = ones(1, 1, 2, 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => scheduler.Plan(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => scheduler.Plan(1001));
        using var run = scheduler.Plan(4);
        Assert.Throws<ArgumentOutOfRangeException>(() => run.Step(sample, 4, sample, sample));
        Assert.Contains("noise", Assert.Throws<ArgumentException>(() => run.Step(sample, 0, sample)).Message);
        Assert.Throws<ArgumentException>(() => scheduler.AddNoise(sample, sample, [1, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => scheduler.AddNoise(sample, sample, [1000]));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new DdimScheduler(SchedulerConfig.StableDiffusion, eta: double.NaN));
    }

    [Fact]
    public void Epsilon_prediction_from_pure_noise_is_refused_instead_of_dividing_by_zero()
    {
        using var scope = NewDisposeScope();
        var scheduler = new DdimScheduler(
            SchedulerConfig.StableDiffusion with
            {
                RescaleBetasZeroSnr = true,
                TimestepSpacing = TimestepSpacing.Trailing
            });
        using var run = scheduler.Plan(5);
        var sample = ones(1, 1, 2, 2);
        Assert.Contains("v-prediction",
            Assert.Throws<InvalidOperationException>(() => run.Step(sample, 0, sample)).Message);
    }

    [Theory]
    [InlineData(PredictionType.Epsilon)]
    [InlineData(PredictionType.VPrediction)]
    [InlineData(PredictionType.Sample)]
    public void A_perfect_prediction_leads_back_to_the_clean_sample(PredictionType prediction)
    {
        using var scope = NewDisposeScope();
        var scheduler = new DdimScheduler(
            SchedulerConfig.StableDiffusion with { PredictionType = prediction, SetAlphaToOne = true });
        using var run = scheduler.Plan(10);
        var clean = linspace(-2, 2, 16, dtype: ScalarType.Float64).reshape(1, 4, 2, 2);
        var noise = clean.flip(0, 1, 2, 3).cos();
        var timestep = (long)run.Timesteps[0];
        var sample = scheduler.AddNoise(clean, noise, [timestep]);
        for (var step = 0; step < 10; step++)
            sample = run.Step(
                scheduler.TrainingTarget(clean, noise, [(long)run.Timesteps[step]]), step, sample).PreviousSample;
        Assert.True((sample - clean).abs().max().item<double>() < 1e-5);
    }
}
