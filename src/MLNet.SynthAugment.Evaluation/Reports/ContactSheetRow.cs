using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Evaluation.Reports;

/// <summary>A class of a <see cref="ContactSheet"/>. Each function opens an image, which the sheet disposes.</summary>
/// <param name="Real">Real images, from the left.</param>
/// <param name="Synthetic">Synthetic images, from the left.</param>
public sealed record ContactSheetRow(
    IReadOnlyList<Func<Image<Rgb24>>> Real, IReadOnlyList<Func<Image<Rgb24>>> Synthetic);
