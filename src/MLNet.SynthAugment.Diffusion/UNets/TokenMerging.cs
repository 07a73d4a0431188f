namespace MLNet.SynthAugment.Diffusion.UNets;

/// <summary>
/// Merging of similar image tokens before self-attention and copying of the result to all of them after it (Bolya and
/// Hoffman 2023, token merging for Stable Diffusion). An approximation that saves most where images are large. The
/// upper left pixel of each 2×2 square is a destination; every other token is paired with the destination most like it,
/// and the most alike pairs merge. The paper draws the destinations at random; fixed ones make images repeatable.
/// </summary>
internal sealed class TokenMerging
{
    private readonly Tensor _destinations;
    private readonly Tensor _kept;
    private readonly Tensor _merged;
    private readonly Tensor _partners;
    private readonly Tensor _order;

    private TokenMerging(Tensor tokens, Layout layout, long merges)
    {
        _destinations = layout.Destinations;
        using var gradientMode = no_grad();
        var unit = nn.functional.normalize(tokens, dim: -1, eps: 1e-6);
        var likeness = unit.index_select(1, layout.Sources).matmul(unit.index_select(1, _destinations).transpose(1, 2));
        var (best, partner) = likeness.max(-1);
        var order = best.argsort(1, descending: true);
        var merging = order.narrow(1, 0, merges);
        _merged = layout.Sources.take(merging);
        _partners = partner.gather(1, merging);
        var keeping = order.narrow(1, merges, order.shape[1] - merges);
        _kept = layout.Sources.take(keeping);
        var rows = tokens.shape[0];
        var destinations = _destinations.unsqueeze(0).expand(rows, -1);
        // Where each token of the image finds its result: in [kept, destinations, destination of a merged one].
        _order = cat([_kept, destinations, _merged], 1).argsort(1);
    }

    /// <summary>Decides what to merge.</summary>
    /// <param name="tokens">[B, H · W, width], row by row.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="ratio">Which part of the tokens to merge away, 0 to 0.75.</param>
    /// <returns>Null where there is nothing to merge.</returns>
    internal static TokenMerging? Create(Tensor tokens, long height, long width, double ratio)
    {
        var layout = new Layout(height, width, tokens.device);
        var merges = Math.Min((long)(ratio * height * width), layout.Sources.shape[0]);
        return merges == 0 ? null : new TokenMerging(tokens, layout, merges);
    }

    /// <summary>The kept tokens, then the destinations, each the mean of itself and what merges into it.</summary>
    internal Tensor Merge(Tensor tokens)
    {
        var width = tokens.shape[2];
        var destinations = tokens.index_select(1, _destinations);
        var partners = Wide(_partners, width);
        var sums = destinations.scatter_add(1, partners, tokens.gather(1, Wide(_merged, width)));
        var counts = ones_like(destinations).scatter_add(1, partners, ones_like(partners).to(tokens.dtype));
        return cat([tokens.gather(1, Wide(_kept, width)), sums / counts], 1);
    }

    /// <summary>The results of all tokens of the image, in its order.</summary>
    internal Tensor Unmerge(Tensor results)
    {
        var width = results.shape[2];
        var kept = _kept.shape[1];
        var ofMerged = results.narrow(1, kept, _destinations.shape[0]).gather(1, Wide(_partners, width));
        return cat([results, ofMerged], 1).gather(1, Wide(_order, width));
    }

    private static Tensor Wide(Tensor indices, long width) => indices.unsqueeze(-1).expand(-1, -1, width);

    /// <summary>The tokens' numbers, split into destinations and all others.</summary>
    private sealed class Layout
    {
        public Layout(long height, long width, Device device)
        {
            var numbers = arange(Kept(0), Kept(height * width), Kept(1), ScalarType.Int64, device)
                .reshape(height, width);
            var evenRows = numbers.slice(0, 0, height, 2);
            Destinations = evenRows.slice(1, 0, width, 2).flatten();
            Sources = cat([evenRows.slice(1, 1, width, 2).flatten(), numbers.slice(0, 1, height, 2).flatten()]);
        }

        public Tensor Destinations { get; }

        public Tensor Sources { get; }
    }
}
