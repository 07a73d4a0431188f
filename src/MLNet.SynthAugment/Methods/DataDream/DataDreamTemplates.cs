namespace MLNet.SynthAugment.Methods;

/// <summary>Prompts for <see cref="DataDream.Templates"/>.</summary>
public static class DataDreamTemplates
{
    /// <summary>
    /// Many ways to say that a photo shows something, as they are used with CLIP (Radford et al. 2021, section 3.1.4):
    /// more variety than the paper's one.
    /// </summary>
    public static IReadOnlyList<string> Photo { get; } =
    [
        "a {word}photo of a {class}",
        "a {word}photo of the {class}",
        "a {word}photo of one {class}",
        "a {word}photo of my {class}",
        "a good {word}photo of a {class}",
        "a nice {word}photo of a {class}",
        "a clear {word}photo of a {class}",
        "a sharp {word}photo of a {class}",
        "a blurry {word}photo of a {class}",
        "a bright {word}photo of a {class}",
        "a dark {word}photo of a {class}",
        "a close-up {word}photo of a {class}",
        "a {word}photo of a {class} from afar",
        "a {word}photo of a {class} from above",
        "a {word}photo of a {class} from the side",
        "a {word}photo of a small {class}",
        "a {word}photo of a large {class}",
        "a {word}photo of a typical {class}",
        "a {word}photo of an unusual {class}",
        "a {word}photo of a {class} on its own",
        "a {word}photo of a {class} in its surroundings",
        "a {word}photo that shows a {class}",
    ];
}
