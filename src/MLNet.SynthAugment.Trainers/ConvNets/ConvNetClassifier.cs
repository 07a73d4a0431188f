using MLNet.SynthAugment.Diffusion.Weights;
using MLNet.SynthAugment.Trainers.Classifiers;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace MLNet.SynthAugment.Trainers.ConvNets;

/// <summary>A small convolutional network over squares cut from the middle of images.</summary>
internal sealed class ConvNetClassifier(ConvNetShape shape, Device device, Generator generator) : ImageClassifier
{
    public const string KindName = "ConvNet";

    private const string WeightsName = "convnet.safetensors";

    private readonly ConvNetLayers _layers = new(shape, device, generator);

    public override int ImageSize => shape.ImageSize;

    public override Device Device => device;

    public override IReadOnlyList<Parameter> Parameters => _layers.Parameters;

    public override IReadOnlyList<Tensor> State => [.. _layers.State.Select(entry => entry.Value)];

    /// <exception cref="SafetensorsException">The weights are damaged.</exception>
    public static ConvNetClassifier Load(SavedNetwork saved)
    {
        using var generator = new Generator(0, CPU);
        var classifier = new ConvNetClassifier(
            saved.Read<ConvNetShape>(), ComputeDevice.Select(saved.Device, saved.Log), generator);
        try
        {
            classifier._layers.Load(Path.Combine(saved.Folder, WeightsName));
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

    public override string Kind => KindName;

    public override JsonNode Save(string folder)
    {
        _layers.Save(Path.Combine(folder, WeightsName));
        return JsonSerializer.SerializeToNode(shape)!;
    }

    public override void Dispose() => _layers.Dispose();
}
