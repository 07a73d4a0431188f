using MLNet.SynthAugment.Diffusion.Clip;

namespace MLNet.SynthAugment.Diffusion.TextualInversion;

/// <summary>A placeholder token that a model's prompts may use; dispose it to take the token off.</summary>
public sealed class ActiveTokenEmbedding : IDisposable
{
    private readonly List<Action> _undo = [];

    /// <param name="model">The model.</param>
    /// <param name="token">The placeholder.</param>
    /// <param name="vectors">Vectors for each text encoder, on the model's device; they are read at each
    /// encoding.</param>
    internal ActiveTokenEmbedding(LatentDiffusionModel model, string token, IReadOnlyList<Tensor> vectors)
    {
        try
        {
            foreach (var ((tokenizer, encoder), own) in EncodersOf(model).Zip(vectors))
                Add(token, tokenizer, encoder, own);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal static ActiveTokenEmbedding OfCopies(
        LatentDiffusionModel model, string token, Tensor vectors, Tensor? vectors2)
    {
        using var scope = NewDisposeScope();
        Tensor[] given = vectors2 is null ? [vectors] : [vectors, vectors2];
        RequireFit(model, token, given);
        var copies = given.Select(tensor => tensor.to(model.Precision.ToScalarType(), model.Device, copy: true))
            .ToList();
        var active = new ActiveTokenEmbedding(model, token, copies);
        copies.ForEach(copy => copy.DetachFromDisposeScope());
        active._undo.AddRange(copies.Select(copy => (Action)copy.Dispose));
        return active;
    }

    /// <summary>A model's text encoders with their tokenizers: one, or SDXL's two.</summary>
    internal static IReadOnlyList<(ClipTokenizer Tokenizer, ClipTextModel Encoder)> EncodersOf(
        LatentDiffusionModel model) =>
        model is { Tokenizer2: { } tokenizer2, TextEncoder2: { } textEncoder2 }
            ? [(model.Tokenizer, model.TextEncoder), (tokenizer2, textEncoder2)]
            : [(model.Tokenizer, model.TextEncoder)];

    /// <inheritdoc/>
    public void Dispose()
    {
        _undo.ForEach(undo => undo());
        _undo.Clear();
    }

    private void Add(string token, ClipTokenizer tokenizer, ClipTextModel encoder, Tensor vectors)
    {
        var first = encoder.TokenVectors.Append(vectors);
        _undo.Add(() => encoder.TokenVectors.Remove(first));
        long[] ids = [.. Enumerable.Range(0, (int)vectors.shape[0]).Select(i => first + i)];
        Name(token, ids);
        for (var i = 1; i < ids.Length; i++)
            Name($"{token}_{i}", [ids[i]]);

        void Name(string name, long[] nameIds)
        {
            tokenizer.AddToken(name, nameIds);
            _undo.Add(() => tokenizer.RemoveToken(name));
        }
    }

    private static void RequireFit(LatentDiffusionModel model, string token, Tensor[] vectors)
    {
        var encoders = EncodersOf(model);
        if (vectors.Length != encoders.Count)
            throw new ArgumentException(
                $"The embedding of '{token}' is for {vectors.Length} text encoder(s), but the model has "
                    + $"{encoders.Count}: it was learnt on another kind of model.");
        foreach (var ((_, encoder), own) in encoders.Zip(vectors))
        {
            if (own.shape[1] != encoder.Config.HiddenSize)
                throw new ArgumentException(
                    $"The embedding of '{token}' has width {own.shape[1]}, but the model's text encoder "
                        + $"{encoder.Config.HiddenSize}: it was learnt on another kind of model.");
        }
    }
}
