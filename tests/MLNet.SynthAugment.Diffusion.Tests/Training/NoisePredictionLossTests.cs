using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.Training;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Training;

public class NoisePredictionLossTests
{
    /// <summary>
    /// Whatever the target, the weighted loss is min(SNR, γ) times the squared error of x₀ (Hang et al. 2023).
    /// </summary>
    [Theory]
    [InlineData(PredictionType.Epsilon, 5)]
    [InlineData(PredictionType.VPrediction, 5)]
    [InlineData(PredictionType.Sample, 5)]
    [InlineData(PredictionType.Epsilon, 0.3)]
    [InlineData(PredictionType.VPrediction, 0.3)]
    public void Min_SNR_weights_are_those_of_the_loss_on_the_original(PredictionType type, double gamma)
    {
        using var scope = NewDisposeScope();
        var scheduler = new DdpmScheduler(SchedulerConfig.StableDiffusion with { PredictionType = type });
        long[] timesteps = [0, 20, 200, 500, 999];
        var (latents, noise, error) = (randn(5, 4, 3, 3), randn(5, 4, 3, 3), 0.1 * randn(5, 4, 3, 3));
        var prediction = scheduler.TrainingTarget(latents, noise, timesteps) + error;
        var loss = NoisePredictionLoss.Error(
            prediction, scheduler, new NoisedLatents(latents, noise, timesteps), gamma).item<float>();

        var expected = timesteps.Select((t, row) =>
        {
            double alpha = scheduler.NoiseSchedule.AlphasCumprod[(int)t];
            var snr = alpha / (1 - alpha);
            // What an error of the prediction becomes as an error of x₀.
            var factor = type switch
            {
                PredictionType.Epsilon => Math.Sqrt((1 - alpha) / alpha),
                PredictionType.VPrediction => Math.Sqrt(1 - alpha),
                _ => 1
            };
            return Math.Min(snr, gamma) * Math.Pow(factor, 2) * error[row].square().mean().item<float>();
        }).Average();
        Assert.Equal(expected, loss, 1e-4 * expected);
    }

    [Fact]
    public void Pure_noise_at_the_last_timestep_has_finite_weights()
    {
        foreach (var type in Enum.GetValues<PredictionType>())
        {
            var scheduler = new DdpmScheduler(
                SchedulerConfig.StableDiffusion with { PredictionType = type, RescaleBetasZeroSnr = true });
            Assert.Equal(type == PredictionType.Epsilon ? 1 : 0, MinSnrWeighting.Weights(scheduler, [999], 5).Single());
        }
    }

    [Fact]
    public void A_gamma_above_every_ratio_leaves_the_loss_on_epsilon_as_it_is()
    {
        using var scope = NewDisposeScope();
        var scheduler = new DdpmScheduler(SchedulerConfig.StableDiffusion);
        var (latents, noise, prediction) = (randn(3, 4, 3, 3), randn(3, 4, 3, 3), randn(3, 4, 3, 3));
        TensorAssert.Close(
            NoisePredictionLoss.Error(prediction, scheduler, new NoisedLatents(latents, noise, [0, 10, 900]), null),
            NoisePredictionLoss.Error(prediction, scheduler, new NoisedLatents(latents, noise, [0, 10, 900]), 1e9), 1e-6);
    }
}
