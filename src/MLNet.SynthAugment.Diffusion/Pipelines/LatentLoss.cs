using static MLNet.SynthAugment.Diffusion.KeptScalars;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

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
