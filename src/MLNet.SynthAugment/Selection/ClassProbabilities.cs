using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Methods.Prompts;
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

/// <summary>The directions of class names in CLIP's joint space.</summary>
internal static class ClassNameDirections
{
    /// <summary>
    /// The mean direction of a name's prompts (prompt ensembling, Radford et al. 2021, section 3.1.4).
    /// </summary>
    /// <param name="names">The names.</param>
    /// <param name="templates">Prompts, at least one, in which <c>{class}</c> stands for the name.</param>
    /// <param name="clip">The model.</param>
    /// <returns>A vector of length 1 for each name.</returns>
    public static IReadOnlyList<float[]> Encode(
        IReadOnlyList<string> names, IReadOnlyList<string> templates, ClipEncoder clip)
    {
        // Each name once, so that classes of the same name have the same direction to the last bit.
        var different = names.Distinct().ToList();
        using var encoded = clip.EncodeTexts(
            [.. different.SelectMany(name => templates.Select(template => PromptTemplate.Fill(template, name)))]);
        using var onCpu = encoded.cpu();
        var directions = onCpu.ToArray<float>().Chunk((int)onCpu.shape[1]).Chunk(templates.Count)
            .Select(ofName => ImageFeatures.Mean(ofName));
        var byName = different.Zip(directions).ToDictionary(found => found.First, found => found.Second);
        return [.. names.Select(name => byName[name])];
    }
}
