namespace MLNet.SynthAugment.Embedded;

/// <summary>The small text-to-image model that comes with this assembly.</summary>
public static class EmbeddedModel
{
    /// <summary>
    /// The model's folder, laid out as Hugging Face lays out Stable Diffusion; it lies beside the assembly.
    /// </summary>
    public static string Folder { get; } =
        Path.Combine(Path.GetDirectoryName(typeof(EmbeddedModel).Assembly.Location) ?? AppContext.BaseDirectory,
        "model");
}
