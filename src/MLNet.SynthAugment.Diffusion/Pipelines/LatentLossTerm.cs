namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>
/// One term of a loss over a sampling run. Each term's own graph (a decoder, an image encoder) is built and freed
/// before the next term's, so a loss that is a sum needs less memory as several terms than as one.
/// </summary>
/// <param name="Name">Name for reports.</param>
/// <param name="LastSteps">Number k of latents it looks at: those after each of the last k steps.</param>
/// <param name="Compute">From these latents [B, C, h, w], earliest first, to each image's value, [B]; an image's
/// depends on its own latents alone.</param>
/// <param name="Weight">Factor of the term in the whole loss.</param>
public sealed record LatentLossTerm(
    string Name, int LastSteps, Func<IReadOnlyList<Tensor>, Tensor> Compute, double Weight = 1)
{
    /// <summary>A term over the final latents alone.</summary>
    /// <param name="name">Name for reports.</param>
    /// <param name="compute">From the final latents [B, C, h, w] to each image's value, [B].</param>
    /// <param name="weight">Factor of the term in the whole loss.</param>
    public static LatentLossTerm OnFinalLatents(string name, Func<Tensor, Tensor> compute, double weight = 1) =>
        new(name, 1, latents => compute(latents[0]), weight);
}

/// <summary>Values of the terms of a loss, and their gradients with respect to the latents after each step.</summary>
internal static class LatentLoss
{
    /// <summary>Evaluates the terms one after the other.</summary>
    /// <param name="terms">The terms, at least one.</param>
    /// <param name="latents">The latents before the first step and after each of the n steps.</param>
    /// <returns>The values [terms, B], and n + 1 gradients of each image's weighted sum, null where no term
    /// looks.</returns>
    public static (Tensor Values, Tensor?[] Gradients) Evaluate(
        IReadOnlyList<LatentLossTerm> terms, IReadOnlyList<Tensor> latents)
    {
        Require(terms, latents.Count - 1);
        var values = new List<Tensor>();
        var gradients = new Tensor?[latents.Count];
        foreach (var term in terms)
        {
            using var scope = NewDisposeScope();
            var first = latents.Count - term.LastSteps;
            var leaves = latents.Skip(first).Select(state => state.detach().requires_grad_()).ToList();
            var value = Value(term, leaves);
            var parts = autograd.grad([value.sum() * Kept(term.Weight)], leaves);
            for (var i = 0; i < parts.Count; i++)
                gradients[first + i] = Sum(gradients[first + i], parts[i]).MoveToOuterDisposeScope();
            values.Add(value.detach().MoveToOuterDisposeScope());
        }
        return (stack(values), gradients);
    }

    /// <summary>The sum of two tensors of which the first may be absent.</summary>
    public static Tensor Sum(Tensor? first, Tensor second)
    {
        if (first is null) return second.alias();
        using (first) return first.Plus(second);
    }

    private static Tensor Value(LatentLossTerm term, List<Tensor> leaves)
    {
        using var mode = enable_grad();
        var value = term.Compute(leaves);
        var images = leaves[0].shape[0];
        if (value.NumberOfElements != images)
            throw new ArgumentException(
                $"The loss term '{term.Name}' gives a tensor of shape [{string.Join(", ", value.shape)}]; one number "
                    + $"for each image, [{images}], is expected.");
        // A term may leave out some of the latents it was given; with 0 times their sum each has a gradient.
        return leaves.Aggregate(
            value.to(ScalarType.Float32).reshape(images), (sum, leaf) => sum.Plus(Kept(0) * leaf.flatten(1).sum(1L)));
    }

    private static void Require(IReadOnlyList<LatentLossTerm> terms, int steps)
    {
        if (terms.Count == 0) throw new ArgumentException("There is no loss term.", nameof(terms));
        foreach (var term in terms)
            if (term.LastSteps < 1 || term.LastSteps > steps)
                throw new ArgumentException(
                    $"The loss term '{term.Name}' looks at the last {term.LastSteps} steps, but the run has {steps}.",
                    nameof(terms));
    }
}
