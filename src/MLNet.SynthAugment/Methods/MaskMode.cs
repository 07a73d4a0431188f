namespace MLNet.SynthAugment.Methods;

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
