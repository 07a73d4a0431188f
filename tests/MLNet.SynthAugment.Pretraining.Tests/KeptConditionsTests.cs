using MLNet.SynthAugment.Diffusion;

namespace MLNet.SynthAugment.Pretraining.Tests;

public sealed class KeptConditionsTests
{
    [Fact]
    public void EveryCombinationOccursAndSharesAreAsAsked()
    {
        var options = new PretrainingOptions
        {
            Images = [],
            OutputFolder = "",
            UnconditionalShare = 0.1,
            EmptyPromptShare = 0.5,
            DroppedEmbeddingShare = 0.3,
            DroppedLatentsShare = 0.2
        };
        var random = SeededRandom.Create(new NoiseKey(1), "test");
        var drawn = Enumerable.Range(0, 20_000).Select(_ => KeptConditions.Draw(options, random)).ToList();
        Assert.Equal(8, drawn.Distinct().Count());
        Assert.Equal(0.9 * 0.5, drawn.Average(kept => kept.Prompt ? 1 : 0), 0.02);
        Assert.Equal(0.9 * 0.7, drawn.Average(kept => kept.Embedding ? 1 : 0), 0.02);
        Assert.Equal(0.9 * 0.8, drawn.Average(kept => kept.Latents ? 1 : 0), 0.02);
        Assert.Equal(0.1 + (0.9 * 0.5 * 0.3 * 0.2), drawn.Average(kept => kept == default ? 1 : 0), 0.02);
    }
}
