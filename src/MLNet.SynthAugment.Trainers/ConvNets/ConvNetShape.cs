namespace MLNet.SynthAugment.Trainers.ConvNets;

/// <summary>The shape of a small convolutional network.</summary>
/// <param name="ImageSize">Side of its images, in pixels.</param>
/// <param name="Widths">Channels of its blocks, each of which halves the image.</param>
/// <param name="Classes">The number of classes.</param>
internal sealed record ConvNetShape(int ImageSize, IReadOnlyList<int> Widths, int Classes);
