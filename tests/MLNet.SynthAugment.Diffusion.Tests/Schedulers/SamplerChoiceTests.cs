using System.Text.Json;
using MLNet.SynthAugment.Diffusion.Schedulers;

namespace MLNet.SynthAugment.Diffusion.Tests.Schedulers;

public class SamplerChoiceTests
{
    // As published with Stable Diffusion 1.5.
    private const string PublishedConfig =
        """{"_class_name":"PNDMScheduler","beta_end":0.012,"beta_schedule":"scaled_linear","beta_start":0.00085,"clip_sample":false,"num_train_timesteps":1000,"set_alpha_to_one":false,"skip_prk_steps":true,"steps_offset":1,"trained_betas":null}""";

    [Fact]
    public void Another_sampler_keeps_the_betas_and_takes_its_own_defaults_for_what_is_not_stated()
    {
        var config = SchedulerConfig.FromJson(PublishedConfig);
        Assert.IsType<PndmScheduler>(Scheduler.Create(config));
        Assert.Equal(TimestepSpacing.Leading, config.TimestepSpacing);

        var solver = config.WithSampler(Sampler.DpmSolverPlusPlus2MKarras);
        Assert.IsType<DpmSolverMultistepScheduler>(Scheduler.Create(solver));
        Assert.Equal((TimestepSpacing.Linspace, true, 2),
            (solver.TimestepSpacing, solver.UseKarrasSigmas, solver.SolverOrder));
        Assert.Equal((0.00085, BetaSchedule.ScaledLinear, 1),
            (solver.BetaStart, solver.BetaSchedule, solver.StepsOffset));

        var stated = (config with { TimestepSpacing = TimestepSpacing.Trailing }).WithSampler(Sampler.Euler);
        Assert.Equal(TimestepSpacing.Trailing, stated.TimestepSpacing);
    }

    [Fact]
    public void Missing_keys_take_the_defaults_of_the_class_that_is_named()
    {
        Assert.False(SchedulerConfig.FromJson("""{"_class_name":"PNDMScheduler"}""").SetAlphaToOne);
        Assert.Equal(TimestepSpacing.Linspace,
            SchedulerConfig.FromJson("""{"_class_name":"EulerDiscreteScheduler"}""").TimestepSpacing);
        var lcm = SchedulerConfig.FromJson("""{"_class_name":"LCMScheduler"}""");
        Assert.Equal((0.00085, 0.012, BetaSchedule.ScaledLinear, false, true),
            (lcm.BetaStart, lcm.BetaEnd, lcm.BetaSchedule, lcm.ClipSample, lcm.SetAlphaToOne));
    }

    [Fact]
    public void Every_sampler_is_made_from_its_name_and_written_back()
    {
        foreach (var sampler in Sampler.All)
        {
            var config = SchedulerConfig.StableDiffusion.WithSampler(sampler);
            var read = SchedulerConfig.FromJson(config.ToJson());
            Assert.Equal(config.ToJson(), read.ToJson());
            Assert.Equal(config.ClassName,
                Scheduler.Create(read, Assert.Fail).GetType().Name.Replace("Ddim", "DDIM").Replace("Ddpm", "DDPM")
                    .Replace("Pndm", "PNDM").Replace("Dpm", "DPM").Replace("Lcm", "LCM"));
        }
    }

    [Fact]
    public void Samplers_are_known_by_their_names_in_any_case_and_in_JSON()
    {
        Assert.Equal(Sampler.All.Count, Sampler.All.Select(sampler => sampler.Name).Distinct().Count());
        Assert.Same(Sampler.EulerAncestral, Sampler.Parse("eulerancestral"));
        Assert.Equal("\"DpmSolverPlusPlus2MKarras\"", JsonSerializer.Serialize(Sampler.DpmSolverPlusPlus2MKarras));
        Assert.Same(Sampler.Lcm, JsonSerializer.Deserialize<Sampler>("\"Lcm\""));
        Assert.Contains("but Ddim, Ddpm,",
            Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Sampler>("\"Heun\"")).Message);
    }

    [Fact]
    public void Infinity_as_Python_writes_it_counts_as_missing_and_related_solvers_are_understood()
    {
        var config = SchedulerConfig.FromJson(
            """{"_class_name":"DPMSolverMultistepScheduler","lambda_min_clipped":-Infinity,"algorithm_type":"deis","solver_type":"logrho","note":"a \"-Infinity\" b"}""");
        Assert.Null(config.LambdaMinClipped);
        Assert.Equal((AlgorithmType.DpmSolverPlusPlus, SolverType.Midpoint), (config.AlgorithmType, config.SolverType));
        Assert.Equal("a \"-Infinity\" b", config.OtherKeys!["note"].GetString());
        Assert.Equal("sde-dpmsolver++",
            JsonDocument.Parse(config.WithSampler(Sampler.DpmSolverPlusPlus2MSde).ToJson()).RootElement.GetProperty(
                "algorithm_type").GetString());
    }

    [Theory]
    [InlineData("""{"_class_name":"DPMSolverMultistepScheduler","algorithm_type":"dpmsolver"}""", "final_sigmas_type")]
    [InlineData("""{"_class_name":"DPMSolverMultistepScheduler","algorithm_type":"sde-dpmsolver","final_sigmas_type":"sigma_min","solver_order":3}""", "solver_order")]
    [InlineData("""{"_class_name":"DPMSolverMultistepScheduler","use_flow_sigmas":true}""", "use_flow_sigmas")]
    [InlineData("""{"_class_name":"DPMSolverMultistepScheduler","solver_order":4}""", "solver_order")]
    [InlineData("""{"_class_name":"PNDMScheduler","prediction_type":"sample"}""", "prediction_type")]
    [InlineData("""{"_class_name":"PNDMScheduler","rescale_betas_zero_snr":true}""", "rescale_betas_zero_snr")]
    [InlineData("""{"_class_name":"EulerAncestralDiscreteScheduler","prediction_type":"sample"}""", "prediction_type")]
    public void What_a_sampler_cannot_do_is_refused_by_a_sentence_that_names_the_key(string json, string named) =>
        Assert.Contains(named, Assert.Throws<InvalidDataException>(
            () => Scheduler.Create(SchedulerConfig.FromJson(json))).Message);

    [Fact]
    public void Step_counts_that_a_sampler_cannot_do_are_refused()
    {
        Assert.Contains("original_inference_steps",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => new LcmScheduler(new SchedulerConfig { ClassName = Sampler.Lcm.ClassName }).Plan(
                51)).Message);
        Assert.Contains("skip_prk_steps",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => new PndmScheduler(SchedulerConfig.StableDiffusion).Plan(3)).Message);
    }

    // Beta(0.6, 0.6) has the quantile 0.234017 at 0.3, by another implementation.
    [Fact]
    public void Directly_chosen_noise_levels_follow_their_formulas()
    {
        var config = new SchedulerConfig { ClassName = Sampler.Euler.ClassName, SigmaMin = 0.1, SigmaMax = 1.1 };
        Assert.Equal(
            [1.1, 0.86598300, 0.6, 0.33401700, 0.1, 0],
            Sigmas(config with { UseBetaSigmas = true }, 11).Where((_, i) => i is 0 or 3 or 5 or 7 or 10 or 11), Close);
        Assert.Equal([1.1, Math.Sqrt(0.11), 0.1, 0], Sigmas(config with { UseExponentialSigmas = true }, 3), Close);
        Assert.Equal([1.1, Math.Pow((Math.Pow(1.1, 1 / 7.0) + Math.Pow(0.1, 1 / 7.0)) / 2, 7), 0.1, 0],
            Sigmas(config with { UseKarrasSigmas = true }, 3), Close);

        static IEnumerable<double> Sigmas(SchedulerConfig config, int steps)
        {
            using var run = new EulerDiscreteScheduler(config).Plan(steps);
            return run.Sigmas!;
        }

        static bool Close(double expected, double actual) => Math.Abs(expected - actual) < 1e-6;
    }
}
