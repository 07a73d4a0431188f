using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.FewShot;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Selection;

/// <summary>
/// The classes' probabilities for an image, by CLIP: softmax over the classes of logit scale × cosine (Radford et al.
/// 2021), where a class is the direction of its prompts or of its shots.
/// </summary>
internal sealed class ClassProbabilities
{
    private readonly IReadOnlyList<float[]> _directions;
    private readonly double _logitScale;

    public ClassProbabilities(
        ClipFilter filter, IReadOnlyList<ShotClass> classes, ClipEncoder clip, ImageFeatures features)
    {
        _directions = filter.Reference == ClassReference.Shots
            ? [.. classes.Select(found => ImageFeatures.Mean([.. found.Shots.Select(features.Of)]))]
            : ClassNameDirections.Encode([.. classes.Select(found => found.Name)], filter.Templates, clip);
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        _logitScale = clip.Model.LogitScale.to(ScalarType.Float32).exp().cpu().item<float>();
    }

    /// <summary>A probability for each class, in the classes' order.</summary>
    public double[] Of(float[] image)
    {
        var logits = _directions.Select(direction => _logitScale * ImageFeatures.Similarity(image, direction))
            .ToArray();
        var greatest = logits.Max();
        var weights = logits.Select(logit => Math.Exp(logit - greatest)).ToArray();
        var sum = weights.Sum();
        return [.. weights.Select(weight => weight / sum)];
    }
}
