using Microsoft.ML;

namespace MLNet.SynthAugment.Evaluation;

/// <summary>Adds <c>SyntheticImages</c> to <c>mlContext</c>.</summary>
public static class SyntheticImagesExtensions
{
    /// <summary>Measures of synthetic images beside real ones.</summary>
    /// <param name="mlContext">Its log gets what there is to say.</param>
    public static SyntheticImagesCatalog SyntheticImages(this MLContext mlContext)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        return new SyntheticImagesCatalog(mlContext);
    }
}
