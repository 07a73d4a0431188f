using MLNet.SynthAugment.Diffusion.Images;
using MLNet.SynthAugment.Trainers.Classifiers;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Trainers.ConvNets;

/// <summary>A small convolutional network over squares cut from the middle of images.</summary>
internal sealed class ConvNetClassifier(ConvNetShape shape, Device device, Generator generator) : ImageClassifier
{
    private const string WeightsName = "convnet.safetensors";

    private readonly ConvNetLayers _layers = new(shape, device, generator);

    public override int ImageSize => shape.ImageSize;

    public override Device Device => device;

    public override IReadOnlyList<Parameter> Parameters => _layers.Parameters;

    public override IReadOnlyList<Tensor> State => [.. _layers.State.Select(entry => entry.Value)];

    public static ConvNetClassifier Load(string folder, ConvNetShape shape, Device device)
    {
        using var generator = new Generator(0, CPU);
        var classifier = new ConvNetClassifier(shape, device, generator);
        try
        {
            classifier._layers.Load(Path.Combine(folder, WeightsName));
            return classifier;
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
    }

    public override Image<Rgb24> Prepare(Image<Rgb24> image, int size)
    {
        using var resized = ImageResizing.ResizeShortestEdge(image, size, KnownResamplers.Triangle);
        return ImageResizing.CenterCrop(resized, size, size);
    }

    public override Tensor Logits(Tensor images, bool training) => _layers.Forward(images, training);

    /// <summary>Writes the weights.</summary>
    public ConvNetShape Save(string folder)
    {
        _layers.Save(Path.Combine(folder, WeightsName));
        return shape;
    }

    public override void Dispose() => _layers.Dispose();
}
