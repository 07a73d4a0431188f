using System.Text.Json.Nodes;
using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Files;
using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Store;

/// <summary>
/// Everything that decides which image a (class, index) gets; its hash is the name of the store's folder.
/// </summary>
/// <param name="Method">The method's name.</param>
/// <param name="Settings">The method's public properties.</param>
/// <param name="Model">The content hash of the diffusion model, or null if the method uses none.</param>
/// <param name="Clip">The content hash of the CLIP model, or null if the method uses none.</param>
/// <param name="Precision">The number format the model computes in, or null without a model.</param>
/// <param name="Seed">The seed of the run.</param>
/// <param name="BatchSize">How many images are made together: rounding in a matrix product can depend on it.</param>
/// <param name="Classes">Labels, names and shots.</param>
/// <param name="Version">What the methods make of all that, counted up when they make other images of it; 0 (left out)
/// before it was counted.</param>
internal sealed record StoreSpecification(
    string Method, JsonNode Settings, string? Model, string? Clip, string? Precision, long Seed, int BatchSize,
    IReadOnlyList<StoreSpecification.ClassShots> Classes,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Version = 0)
{
    // 1: image-to-image methods show a model that takes images the shot that they start from, LoFT one of the image's
    // two. 2: methods' settings are nested.
    public const int CurrentVersion = 2;

    /// <summary>A class, with what identifies its shots, in order.</summary>
    public sealed record ClassShots(string Label, string Name, IReadOnlyList<ShotContent> Shots);

    /// <summary>A shot: the hashes of its image and its mask, and its caption.</summary>
    public sealed record ShotContent(
        string Image,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Caption,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Mask);

    public static readonly JsonSerializerOptions Format = new()
    { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public static StoreSpecification Create(
        ISynthesisMethod method, string? model, string? clip, string? precision, long seed, int batchSize,
        IEnumerable<ShotClass> classes) =>
        new(method.Name, SettingsOf(method), model, clip, precision, seed, batchSize,
            [.. classes.Select(found =>
                new ClassShots(found.Label, found.Name,
                    [.. found.Shots.Select(shot => new ShotContent(shot.ImageHash, shot.Caption, shot.MaskHash))]))],
                        CurrentVersion);

    public static JsonNode SettingsOf(ISynthesisMethod method) =>
        JsonSerializer.SerializeToNode(method, method.GetType(), Format)!;

    /// <summary>The canonical text: one property order, no spaces.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Format);

    /// <summary>
    /// Whether this is what an earlier version made the same method's images of the same shots from.
    /// </summary>
    public bool IsEarlierOf(StoreSpecification other) => Version < other.Version && Method == other.Method
        && JsonSerializer.Serialize(Classes, Format) == JsonSerializer.Serialize(other.Classes, Format);

    /// <summary>For example <c>datadream-0f3a…</c>, with 64 bits of the SHA-256 of <see cref="ToJson"/>.</summary>
    public string FolderName() => $"{FileNames.Readable(Method)}-{FileNames.Hash(ToJson())}";
}
