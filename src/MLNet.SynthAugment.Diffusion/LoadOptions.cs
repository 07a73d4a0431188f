namespace MLNet.SynthAugment.Diffusion;

/// <summary>How a model is loaded.</summary>
public sealed record LoadOptions
{
    /// <summary>Where the model shall live; see <see cref="ComputeDevice.Select"/>.</summary>
    public Device Device { get; init; } = ComputeDevice.Select("cpu");

    /// <summary>In which precision it is held and computes.</summary>
    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>Gets a sentence for each part that is loaded; null for none.</summary>
    public Action<string>? Log { get; init; }
}
