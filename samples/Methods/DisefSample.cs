using MLNet.SynthAugment.Methods;
using MLNet.SynthAugment.Selection;

namespace MethodSamples;

/// <summary>
/// DISEF (da Costa et al. 2023) and real guidance (He et al. 2023): a shot is noised in part and denoised again, so that images stay near the data; a CLIP
/// model sorts out what has lost its class. Class names mean nothing here, so images are compared with the shots.
/// </summary>
internal static class DisefSample
{
    public static void Run(Characters characters)
    {
        var preset = Disef.ForEmbeddedModel;
        var method = preset with { Start = preset.Start with { Strengths = [0.5, 0.75] } };
        var synthesis = characters.Synthesize(method, selection: new ImageSelection { Clip = new ClipFilter { Reference = ClassReference.Shots }, MaxTries = 3 });
        foreach (var image in synthesis.Rejected)
            Console.WriteLine($"{image.Label}, candidate {image.Number}: {image.Reason}");
    }
}
