namespace MLNet.SynthAugment.Views;

/// <summary>
/// Weights that make a trainer, which minimises the weighted mean loss, minimise λ·mean(real) + (1−λ)·mean(synthetic),
/// the loss of DataDream (Kim et al., ECCV 2024). Of N rows with R real and S synthetic ones, a real row weighs λN/R
/// and a synthetic row (1−λ)N/S: the mean weight is 1, so that learning rates and regularisation keep their meaning.
/// </summary>
internal readonly record struct ExampleWeights(float Real, float Synthetic)
{
    public static ExampleWeights Create(double lambda, long realCount, long syntheticCount)
    {
        if (realCount == 0 || syntheticCount == 0)
            return new ExampleWeights(1, 1);
        double total = realCount + syntheticCount;
        return new ExampleWeights((float)(lambda * total / realCount), (float)((1 - lambda) * total / syntheticCount));
    }
}
