using MLNet.SynthAugment.Store;

namespace MLNet.SynthAugment.Exports;

/// <summary>
/// What an exported set tells of one of its images: a line of <c>manifest.csv</c>, an object of <c>manifest.json</c>.
/// </summary>
internal sealed record ExportedImage(
    string File, string Label, long Number, string Method, string Prompt, long Seed, int? Steps, double? GuidanceScale,
    string? Scheduler, string? ModelSha256, string? AdapterSha256,
    long? SourceRow, string? SourceImageSha256, IReadOnlyDictionary<string, float>? SoftLabels, string? Details,
        double? Score, bool Accepted, string? Reason, string Sha256)
{
    public static ExportedImage Of(StoredImage image, string file, StoreSpecification specification) => new(
        file, image.Label, image.Index, specification.Method, image.Prompt, image.Seed, image.Steps,
        image.GuidanceScale, image.Scheduler, specification.Model, image.Adapter,
        image.SourceRow, image.SourceHash, image.SoftLabels, image.Details, float.IsNaN(image.Score)
            ? null : image.Score, image.Decision is not { IsAccepted: false }, image.Decision?.Reason, image.Sha256);
}
