using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Diffusion.TextualInversion;

/// <summary>
/// What a text encoder shall read for a placeholder token such as <c>&lt;tulip&gt;</c>, as textual inversion learns it
/// (Gal et al. 2023). Independent of any loaded model. Owns its tensors.
/// </summary>
public sealed class TokenEmbedding : IDisposable
{
    /// <summary>Takes over the vectors.</summary>
    /// <param name="token">The placeholder as prompts write it: no white space; case does not matter, as in all
    /// prompts.</param>
    /// <param name="vectors">[count, width] of the text encoder, float32 or half precision.</param>
    /// <param name="vectors2">SDXL: as many of the second text encoder; null for other models.</param>
    /// <param name="metadata">Text kept with the embedding and written into its file, such as the training
    /// settings.</param>
    /// <exception cref="ArgumentException">The token is empty or holds white space, or the vectors are
    /// none.</exception>
    public TokenEmbedding(string token, Tensor vectors, Tensor? vectors2 = null,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        if (token.Length == 0 || token.Any(char.IsWhiteSpace))
            throw new ArgumentException(
                $"'{token}' cannot be a placeholder token: it must be one word, such as <tulip>.", nameof(token));
        RequireVectors(token, vectors, vectors.shape is [var count, _] ? count : 1);
        if (vectors2 is not null)
            RequireVectors(token, vectors2, vectors.shape[0]);
        Token = token;
        Vectors = vectors.DetachFromDisposeScope();
        Vectors2 = vectors2?.DetachFromDisposeScope();
        Metadata = metadata ?? new Dictionary<string, string>();
    }

    /// <summary>The placeholder as prompts write it.</summary>
    public string Token { get; }

    /// <summary>What the text encoder reads for it, one after the other: [count, width].</summary>
    public Tensor Vectors { get; }

    /// <summary>The same for SDXL's second text encoder; null for other models.</summary>
    public Tensor? Vectors2 { get; }

    /// <summary>Text kept with the embedding.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>
    /// Reads a textual-inversion file of diffusers (the token's name is the tensor's), kohya or A1111
    /// (<c>emb_params</c>, and <c>clip_l</c> and <c>clip_g</c> for SDXL; the file's name is the token's).
    /// </summary>
    /// <param name="path">A safetensors file.</param>
    /// <param name="token">Another name for the token; null for the file's own.</param>
    /// <exception cref="Weights.SafetensorsException">The file is damaged.</exception>
    /// <exception cref="InvalidDataException">The file holds something else than one embedding.</exception>
    public static TokenEmbedding Load(string path, string? token = null) => TokenEmbeddingFile.Read(path, token);

    /// <summary>
    /// Writes the embedding as diffusers, kohya and A1111 read it: under the token's name, or as <c>clip_l</c> and
    /// <c>clip_g</c> for SDXL. Replaces the file at once or not at all.
    /// </summary>
    /// <param name="path">Path of the safetensors file.</param>
    /// <param name="precision">Type of the vectors in the file.</param>
    public void Save(string path, Precision precision = Precision.Float32) =>
        TokenEmbeddingFile.Write(this, path, precision.ToScalarType());

    /// <summary>
    /// Lets a model's prompts use the token, until the result is disposed; for other prompts and in its weights the
    /// model stays as it is. Several embeddings may be active at once, and come off in any order. In a prompt the token
    /// stands for all vectors; <c>token_1</c>, <c>token_2</c> … stand for single ones after the first, as in diffusers.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <exception cref="ArgumentException">The embedding is for another kind of model, or prompts of this one know the
    /// token already.</exception>
    public ActiveTokenEmbedding Activate(LatentDiffusionModel model) =>
        ActiveTokenEmbedding.OfCopies(model, Token, Vectors, Vectors2);

    /// <inheritdoc/>
    public void Dispose()
    {
        Vectors.Dispose();
        Vectors2?.Dispose();
    }

    private static void RequireVectors(string token, Tensor vectors, long count)
    {
        if (vectors.shape is not [> 0, > 0] || vectors.shape[0] != count)
            throw new ArgumentException(
                $"The embedding of '{token}' has shape [{string.Join(", ", vectors.shape)}]; [count, width] is "
                    + "needed, with as many vectors for each text encoder.");
    }
}

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
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"{path}: {error.Message}", error);
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
