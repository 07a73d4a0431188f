using MLNet.SynthAugment.Diffusion.Training;

namespace MLNet.SynthAugment.Diffusion.Tests.Training;

public class LearningRateScheduleTests
{
    [Theory]
    [InlineData(LearningRateSchedule.Constant, 0, 0.0)]
    [InlineData(LearningRateSchedule.Constant, 1, 0.25)]
    [InlineData(LearningRateSchedule.Constant, 4, 1.0)]
    [InlineData(LearningRateSchedule.Constant, 12, 1.0)]
    [InlineData(LearningRateSchedule.Linear, 3, 0.75)]
    [InlineData(LearningRateSchedule.Linear, 4, 1.0)]
    [InlineData(LearningRateSchedule.Linear, 8, 0.5)]
    [InlineData(LearningRateSchedule.Linear, 12, 0.0)]
    [InlineData(LearningRateSchedule.Linear, 20, 0.0)]
    [InlineData(LearningRateSchedule.Cosine, 4, 1.0)]
    [InlineData(LearningRateSchedule.Cosine, 6, 0.8535533905932737)]
    [InlineData(LearningRateSchedule.Cosine, 8, 0.5)]
    [InlineData(LearningRateSchedule.Cosine, 12, 0.0)]
    [InlineData(LearningRateSchedule.Cosine, 99, 0.0)]
    public void Factors_with_4_steps_of_warm_up_and_12_in_all(
        LearningRateSchedule schedule, long step, double expected) =>
        Assert.Equal(expected, schedule.Factor(step, 4, 12), 12);

    [Fact]
    public void Without_warm_up_the_first_step_has_the_full_rate() =>
        Assert.All(Enum.GetValues<LearningRateSchedule>(), schedule => Assert.Equal(1, schedule.Factor(0, 0, 10)));

    /// <summary>The formulas of the golden vectors' description, for every step of every run up to 40 steps.</summary>
    [Fact]
    public void Factors_equal_their_formulas_for_all_step_counts()
    {
        for (var total = 1; total <= 40; total++)
        {
            for (var warmup = 0; warmup <= total + 2; warmup++)
            {
                for (var step = 0; step <= total + 2; step++)
                {
                    var warm = warmup == 0 ? 1 : Math.Min(1, (double)step / warmup);
                    var done = step < warmup ? 0 : Math.Min(1, (step - warmup) / Math.Max(1.0, total - warmup));
                    Assert.Equal(warm, LearningRateSchedule.Constant.Factor(step, warmup, total), 12);
                    Assert.Equal(warm * (1 - done), LearningRateSchedule.Linear.Factor(step, warmup, total), 12);
                    Assert.Equal(warm * Math.Pow(Math.Cos(Math.PI * done / 2), 2),
                        LearningRateSchedule.Cosine.Factor(step, warmup, total), 12);
                }
            }
        }
    }
}
