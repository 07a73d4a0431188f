using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Methods.Prompts;

namespace MLNet.SynthAugment.Selection;

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
        using var encoded = clip.EncodeTexts([.. different.SelectMany(name => templates.Select(template => PromptTemplate.Fill(template, name)))]);
        using var onCpu = encoded.cpu();
        var directions = onCpu.ToArray<float>().Chunk((int)onCpu.shape[1]).Chunk(templates.Count)
            .Select(ofName => ImageFeatures.Mean(ofName));
        var byName = different.Zip(directions).ToDictionary(found => found.First, found => found.Second);
        return [.. names.Select(name => byName[name])];
    }
}
