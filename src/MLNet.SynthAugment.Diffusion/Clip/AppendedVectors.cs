using MLNet.SynthAugment.Diffusion.Layers;
using static MLNet.SynthAugment.Diffusion.KeptScalars;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Clip;

/// <summary>
/// Vectors that a token table has for a while beyond its own, with the ids that follow. The table itself is not
/// touched.
/// </summary>
internal sealed class AppendedVectors(Embedding table, long tableSize)
{
    private readonly List<(long FirstId, Tensor Vectors)> _appended = [];

    /// <summary>Appends vectors, which stay the caller's.</summary>
    /// <param name="vectors">[count, width].</param>
    /// <returns>The id of the first one; no other vector has one of their ids until they are removed.</returns>
    public long Append(Tensor vectors)
    {
        var first = _appended.Count == 0 ? tableSize : _appended.Max(entry => entry.FirstId + entry.Vectors.shape[0]);
        _appended.Add((first, vectors));
        return first;
    }

    public void Remove(long firstId) => _appended.RemoveAll(entry => entry.FirstId == firstId);

    /// <summary>The vectors of ids, in the table's type; gradients reach the appended ones.</summary>
    /// <param name="ids">Ids of any shape.</param>
    /// <returns>[…, width].</returns>
    public Tensor Embed(Tensor ids)
    {
        if (_appended.Count == 0) return table.forward(ids);
        var isOwn = ids.lt(Kept(tableSize));
        var result = table.forward(ids.where(isOwn, zeros_like(ids)));
        foreach (var (first, vectors) in _appended)
        {
            var (rows, count) = (ids - Kept(first), vectors.shape[0]);
            var isHere = rows.ge(Kept(0)).logical_and(rows.lt(Kept(count)));
            var chosen = vectors.index_select(0, rows.clamp(Kept(0), Kept(count - 1)).flatten()).reshape(result.shape);
            result = chosen.to(result.dtype).where(isHere.unsqueeze(-1), result);
            isOwn = isOwn.logical_or(isHere);
        }
        return isOwn.all().item<bool>()
            ? result
            : throw new ArgumentException(
                "The text holds the token of an embedding that is no longer active; encode it anew.", nameof(ids));
    }
}
