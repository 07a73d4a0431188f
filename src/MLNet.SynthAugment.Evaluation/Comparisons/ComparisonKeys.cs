using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Evaluation.Comparisons;

/// <summary>Hashes of what results depend on, each computed once, when it is first asked for.</summary>
/// <param name="options">The models.</param>
internal sealed class ComparisonKeys(ComparisonOptions options)
{
    private readonly Lazy<string> _model = new(() => (options.Model ?? DiffusionModel.Embedded).ContentHash());
    private readonly Lazy<string?> _clip =
        new(() => (options.Clip
        ?? (options.Model is null || options.Model.IsEmbedded ? ImageTextModel.Embedded : null))?.ContentHash());

    /// <summary>Of the diffusion model.</summary>
    public string Model => _model.Value;

    /// <summary>Of the CLIP model; null if there is none.</summary>
    public string? Clip => _clip.Value;

    /// <summary>The settings of a method.</summary>
    public static JsonNode Of(ISynthesisMethod method) =>
        JsonSerializer.SerializeToNode(method, method.GetType(), ComparisonJson.Format)!;

    /// <summary>Of images with their classes.</summary>
    public static string Of(IEnumerable<ComparisonImage> images) =>
        Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(
            string.Join('\n', images.Select(image => $"{image.ClassName}/{image.Hash}")))));
}
