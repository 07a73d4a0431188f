using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Tests.Methods;

public sealed class TrainingStepsTests
{
    [Fact]
    public void Numbers_that_give_no_steps_are_named()
    {
        Assert.Equal(int.MaxValue, new DataDream { Training = new() { Epochs = int.MaxValue } }.Training.StepsFor(8));
        Assert.Contains("4294967294 training steps",
            Assert.Throws<ArgumentException>(() =>
                new DataDream { Training = new() { Epochs = int.MaxValue } }.Training.StepsFor(9)).Message);
        Assert.Equal(1, new DataDream
        {
            Training = new()
            {
                Epochs = 1,
                BatchSize = int.MaxValue,
                GradientAccumulation =
            int.MaxValue
            }
        }.Training.StepsFor(9));
        Assert.Equal("Training.Epochs", Assert.Throws<ArgumentOutOfRangeException>(
            () => new DataDream { Training = new() { Epochs = 0 } }.Training.StepsFor(1)).ParamName);
        Assert.Equal("Training.BatchSize",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => new DataDream { Training = new() { BatchSize = 0 } }.Training.StepsFor(1)).ParamName);
        Assert.Equal("Training.GradientAccumulation",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => new DataDream { Training = new() { GradientAccumulation = -1 } }.Training.StepsFor(1)).ParamName);
    }
}
