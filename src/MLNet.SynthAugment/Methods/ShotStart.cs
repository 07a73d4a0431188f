namespace MLNet.SynthAugment.Methods;

/// <summary>How a method makes images from noised shots (SDEdit, Meng et al. 2022).</summary>
/// <remarks>
/// Each method has a record of its own, derived from this one, whose defaults are those of the method's paper; see
/// <see cref="SamplingSettings"/>.
/// </remarks>
public abstract record ShotStart
{
    /// <summary>Settings with a method's defaults.</summary>
    /// <param name="strengths">See <see cref="Strengths"/>.</param>
    protected ShotStart(IReadOnlyList<double> strengths) => Strengths = strengths;

    /// <summary>
    /// How far a shot goes back to noise, above 0 (hardly changed) to 1; at least one. Each image draws one.
    /// </summary>
    public IReadOnlyList<double> Strengths { get; init; }

    /// <summary>How a shot of another aspect ratio comes to the model's square images.</summary>
    public ImageFit Fit { get; init; } = ImageFit.Crop;

    /// <summary>
    /// What images keep of their shots, which need masks then; other shots of a class are not started from.
    /// </summary>
    public MaskMode Masks { get; init; }

    /// <summary>
    /// By how many pixels of the model's images an object's mask grows to all sides, at least 0 (DA-Fusion: 16 at 512
    /// pixels).
    /// </summary>
    public int MaskGrowth { get; init; }

    /// <summary>Checks the ranges given with the properties.</summary>
    /// <exception cref="ArgumentException">A setting is out of range; the message names it.</exception>
    internal void Validate()
    {
        if (Strengths is not { Count: > 0 })
            throw new ArgumentException("Start.Strengths is empty; give at least one strength, such as 0.5.");
        foreach (var strength in Strengths)
            SettingChecks.RequirePositive("Start.Strengths", strength, 1);
        if (!Enum.IsDefined(Fit))
            throw new ArgumentException($"Start.Fit is none of {string.Join(", ", Enum.GetNames<ImageFit>())}.");
        if (!Enum.IsDefined(Masks))
            throw new ArgumentException($"Start.Masks is none of {string.Join(", ", Enum.GetNames<MaskMode>())}.");
        SettingChecks.RequireNotNegative("Start.MaskGrowth", MaskGrowth);
    }
}

/// <summary>
/// What an image keeps of the shot it is made from. Shots have masks by
/// <see cref="SynthesizeFewShotEstimator.Options.MaskColumnName"/>.
/// </summary>
public enum MaskMode
{
    /// <summary>Masks play no part: the whole image is repainted.</summary>
    None,

    /// <summary>The object stays, the background is repainted (DA-Fusion's inverted masks).</summary>
    KeepObject,

    /// <summary>The background stays, the object is repainted.</summary>
    KeepBackground,
}
