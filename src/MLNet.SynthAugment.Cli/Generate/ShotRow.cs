using Microsoft.ML.Data;
using MLNet.SynthAugment.Diffusion.ImageSets;

namespace MLNet.SynthAugment.Cli.Generate;

/// <summary>A row of the view that ML.NET reads: a shot with its class.</summary>
internal sealed class ShotRow
{
    public string Label { get; set; } = "";

    [VectorType]
    public byte[] Image { get; set; } = [];

    /// <summary>Empty if there is none.</summary>
    public string Caption { get; set; } = "";

    /// <summary>Empty if there is none.</summary>
    [VectorType]
    public byte[] Mask { get; set; } = [];

    /// <summary>The rows of images, each read when it is its turn.</summary>
    /// <param name="entries">The images.</param>
    /// <param name="annotations">Their captions and masks; null for none.</param>
    public static IEnumerable<ShotRow> Of(IEnumerable<ImageEntry> entries, ShotAnnotations? annotations = null) =>
        entries.Select(entry => new ShotRow
        {
            Label = entry.ClassName,
            Image = BoundedImageDecoder.TryRead(entry, out var content, out var reason)
            ? content : throw new IOException($"'{entry.Name}' cannot be read any more: {reason}."),
            Caption = annotations?.CaptionOf(entry) ?? "",
            Mask = annotations?.MaskOf(entry) ?? [],
        });
}
