namespace MLNet.SynthAugment.Pretraining.ImageSets;

/// <summary>A class of prepared images.</summary>
/// <param name="Name">Its name in prompts.</param>
/// <param name="First">Number of its first image; a class's images follow one another.</param>
/// <param name="Count">How many images it has, at least one.</param>
/// <param name="IsLineDrawing">
/// Whether most of its images are grey lines on light paper. Such a class may be drawn larger, slanted or shifted, and
/// turned by 90° it is another class; a photograph keeps its orientation.
/// </param>
public sealed record ImageClass(string Name, int First, int Count, bool IsLineDrawing);
