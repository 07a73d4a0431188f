using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Weights;
using F = TorchSharp.torch.nn.functional;

namespace MLNet.SynthAugment.Trainers.ConvNets;

/// <summary>
/// Blocks of a 3×3 convolution, batch normalisation (Ioffe and Szegedy 2015), ReLU and 2×2 max pooling, then a linear
/// layer over what is left of the image, averaged to 2×2: where a stroke lies still tells characters apart.
/// </summary>
internal sealed class ConvNetLayers : IDisposable
{
    private const int Colours = 3;
    private const int PooledSide = 2;

    private readonly List<KeyValuePair<string, Parameter>> _parameters = [];
    private readonly List<KeyValuePair<string, Tensor>> _statistics = [];
    private readonly int _blocks;
    private readonly Device _device;

    /// <summary>Makes the layers with their starting values.</summary>
    /// <param name="shape">Their sizes.</param>
    /// <param name="device">Where they compute.</param>
    /// <param name="generator">A CPU generator, the only source of the values.</param>
    public ConvNetLayers(ConvNetShape shape, Device device, Generator generator)
    {
        using var scope = NewDisposeScope();
        (_blocks, _device) = (shape.Widths.Count, device);
        var channels = Colours;
        for (var block = 0; block < _blocks; block++)
        {
            var width = shape.Widths[block];
            // He et al. 2015: keeps the variance through a ReLU.
            Add($"blocks.{block}.conv.weight",
                randn([width, channels, 3, 3], ScalarType.Float32, generator: generator) * Kept(
                    Math.Sqrt(2.0 / (9 * channels))));
            Add($"blocks.{block}.norm.weight", ones(width));
            Add($"blocks.{block}.norm.bias", zeros(width));
            _statistics.Add(new($"blocks.{block}.norm.running_mean",
                zeros(width, device: device).DetachFromDisposeScope()));
            _statistics.Add(new($"blocks.{block}.norm.running_var",
                ones(width, device: device).DetachFromDisposeScope()));
            channels = width;
        }
        var features = channels * PooledSide * PooledSide;
        Add("head.weight", randn([shape.Classes, features], ScalarType.Float32, generator: generator) / Kept(
            Math.Sqrt(features)));
        Add("head.bias", zeros(shape.Classes));
    }

    public IReadOnlyList<Parameter> Parameters => [.. _parameters.Select(entry => entry.Value)];

    /// <summary>The parameters and, after them, the batch normalisations' running statistics.</summary>
    public IReadOnlyList<KeyValuePair<string, Tensor>> State =>
        [.. _parameters.Select(entry => KeyValuePair.Create(entry.Key, (Tensor)entry.Value)), .. _statistics];

    /// <param name="images">float32 [B, 3, S, S], 0 to 1.</param>
    /// <param name="training">Whether batch normalisation takes the batch's own statistics.</param>
    /// <returns>[B, classes].</returns>
    public Tensor Forward(Tensor images, bool training)
    {
        using var scope = NewDisposeScope();
        var hidden = images * Kept(2) - Kept(1);
        for (var block = 0; block < _blocks; block++)
        {
            var (weight, scale, shift) =
                (_parameters[3 * block].Value, _parameters[3 * block + 1].Value, _parameters[3 * block + 2].Value);
            hidden = Convolutions.Apply(hidden, weight, padding: [1, 1]);
            hidden = F.batch_norm(hidden, _statistics[2 * block].Value, _statistics[2 * block + 1].Value, scale, shift,
                training);
            hidden = F.max_pool2d(F.relu(hidden), 2, 2);
        }
        var pooled = F.adaptive_avg_pool2d(hidden, PooledSide).flatten(1);
        return F.linear(pooled, _parameters[^2].Value, _parameters[^1].Value).MoveToOuterDisposeScope();
    }

    public void Save(string path) => SafetensorsWriter.Write(path, State);

    /// <exception cref="SafetensorsException">The file is damaged, or lacks a tensor of the right shape.</exception>
    public void Load(string path)
    {
        using var file = SafetensorsFile.Open(path);
        foreach (var (name, value) in State)
            file.CopyTo(name, value);
    }

    public void Dispose()
    {
        foreach (var (_, value) in State)
            value.Dispose();
    }

    private void Add(string name, Tensor value)
    {
        var parameter = new Parameter(value.to(_device, copy: true));
        parameter.DetachFromDisposeScope();
        _parameters.Add(new(name, parameter));
    }
}

/// <summary>The shape of a small convolutional network.</summary>
/// <param name="ImageSize">Side of its images, in pixels.</param>
/// <param name="Widths">Channels of its blocks, each of which halves the image.</param>
/// <param name="Classes">The number of classes.</param>
internal sealed record ConvNetShape(int ImageSize, IReadOnlyList<int> Widths, int Classes);
