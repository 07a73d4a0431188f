using MLNet.SynthAugment.Diffusion.Weights;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.TextualInversion;

/// <summary>Textual-inversion files.</summary>
internal static class TokenEmbeddingFile
{
    // Names that tell nothing of the token.
    private const string Unnamed = "emb_params";
    private const string FirstOfTwo = "clip_l";
    private const string SecondOfTwo = "clip_g";

    // Where our own SDXL files keep the token's name.
    private const string TokenKey = "token";

    public static TokenEmbedding Read(string path, string? token)
    {
        using var scope = NewDisposeScope();
        using var file = SafetensorsFile.Open(path);
        try
        {
            var own = token ?? file.Metadata.GetValueOrDefault(TokenKey)
                ?? System.IO.Path.GetFileNameWithoutExtension(path);
            return file.Tensors.Keys.Order(StringComparer.Ordinal).ToList() switch
            {
                [SecondOfTwo, FirstOfTwo] =>
                    new TokenEmbedding(own, Rows(file, FirstOfTwo), Rows(file, SecondOfTwo), file.Metadata),
                [Unnamed] => new TokenEmbedding(own, Rows(file, Unnamed), null, file.Metadata),
                [var name] => new TokenEmbedding(token ?? name, Rows(file, name), null, file.Metadata),
                var names => throw new InvalidDataException(
                    $"{path}: {names.Count} tensors ({string.Join(", ", names.Take(3))} …); the file of a token's "
                        + $"embedding holds one, or {FirstOfTwo} and {SecondOfTwo}."),
            };
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    public static void Write(TokenEmbedding embedding, string path, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        KeyValuePair<string, Tensor>[] tensors = embedding.Vectors2 is { } second
            ? [KeyValuePair.Create(FirstOfTwo, embedding.Vectors.to(dtype)),
                KeyValuePair.Create(SecondOfTwo, second.to(dtype))]
            : [KeyValuePair.Create(embedding.Token, embedding.Vectors.to(dtype))];
        SafetensorsWriter.Write(
            path, tensors, new Dictionary<string, string>(embedding.Metadata) { [TokenKey] = embedding.Token });
    }

    // A single vector may come without its first dimension.
    private static Tensor Rows(SafetensorsFile file, string name)
    {
        var tensor = file.Read(name);
        return tensor.dim() == 1 ? tensor.unsqueeze(0) : tensor;
    }
}
