namespace MLNet.SynthAugment.Methods;

/// <summary>Where the optimisation of a seed starts.</summary>
public enum SeedSelectStart
{
    /// <summary>At noise drawn for the image.</summary>
    Noise,

    /// <summary>
    /// At a point of a path between the inversion of a shot and the shots' norm-aware centroid (NAO: Samuel et al.
    /// 2023, "Norm-guided latent space exploration"). Few updates are enough there. A class of one shot has no paths;
    /// its images start at noise.
    /// </summary>
    NormAwarePath,
}
