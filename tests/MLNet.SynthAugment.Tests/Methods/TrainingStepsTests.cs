using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Tests.Methods;

public sealed class TrainingStepsTests
{
    [Fact]
    public void Numbers_that_give_no_steps_are_named()
    {
        Assert.Equal(int.MaxValue, new DataDream { Epochs = int.MaxValue }.StepsFor(8));
        Assert.Contains("4294967294 training steps",
            Assert.Throws<ArgumentException>(() => new DataDream { Epochs = int.MaxValue }.StepsFor(9)).Message);
        Assert.Equal(1, new DataDream
        { Epochs = 1, TrainingBatchSize = int.MaxValue, GradientAccumulation = int.MaxValue }.StepsFor(9));
        Assert.Equal("Epochs", Assert.Throws<ArgumentOutOfRangeException>(
            () => new DataDream { Epochs = 0 }.StepsFor(1)).ParamName);
        Assert.Equal("TrainingBatchSize",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => new DataDream { TrainingBatchSize = 0 }.StepsFor(1)).ParamName);
        Assert.Equal("GradientAccumulation",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => new DataDream { GradientAccumulation = -1 }.StepsFor(1)).ParamName);
    }
}
