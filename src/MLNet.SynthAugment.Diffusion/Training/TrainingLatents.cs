using MLNet.SynthAugment.Diffusion.Autoencoders;
using MLNet.SynthAugment.Diffusion.Images;
using SixLabors.ImageSharp.Processing;

namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>
/// Samples of the latents of training images. Where crops are fixed each image is encoded once and its distribution
/// kept; the posterior is sampled anew in every step all the same.
/// </summary>
internal sealed class TrainingLatents : IDisposable
{
    private const int EncodedAtOnce = 4;

    private readonly Autoencoder _autoencoder;
    private readonly Device _device;
    private readonly TrainingImages _images;
    private readonly Tensor? _means;
    private readonly Tensor? _deviations;

    public TrainingLatents(LatentDiffusionModel model, TrainingImages images, CancellationToken cancellationToken)
    {
        (_autoencoder, _device, _images) = (model.Vae, model.Device, images);
        if (!images.CropsAreFixed)
            return;
        using var scope = NewDisposeScope();
        var (means, deviations) = (new List<Tensor>(), new List<Tensor>());
        foreach (var indices in Enumerable.Range(0, images.Count).Chunk(EncodedAtOnce))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (mean, deviation) = Encode([.. indices.Select(images.CenterSquare)]);
            means.Add(mean);
            deviations.Add(deviation);
        }
        _means = cat(means).DetachFromDisposeScope();
        _deviations = cat(deviations).DetachFromDisposeScope();
    }

    /// <summary>Scaled latents, float32 [B, C, h, w], of some images; draws from the generator.</summary>
    public Tensor Sample(int[] indices, Generator generator)
    {
        using var scope = NewDisposeScope();
        var (mean, deviation) = _means is not null && _deviations is not null
            ? Cached(_means, _deviations, indices) : EncodeCrops(indices, generator);
        var noise = randn(mean.shape, ScalarType.Float32, CPU, generator: generator).to(_device);
        return (mean.Plus(deviation * noise) * Kept(_autoencoder.ScalingFactor)).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _means?.Dispose();
        _deviations?.Dispose();
    }

    private (Tensor Mean, Tensor Deviation) Cached(Tensor means, Tensor deviations, int[] indices)
    {
        var rows = tensor(indices.Select(index => (long)index).ToArray(), device: _device);
        return (means.index_select(0, rows), deviations.index_select(0, rows));
    }

    private (Tensor Mean, Tensor Deviation) EncodeCrops(int[] indices, Generator generator)
    {
        var positions = rand(indices.Length, ScalarType.Float32, CPU, generator: generator).ToArray<float>();
        var chunks = indices.Zip(positions).Chunk(EncodedAtOnce)
            .Select(chunk => Encode([.. chunk.Select(crop => _images.Square(crop.First, crop.Second))])).ToList();
        return (cat([.. chunks.Select(chunk => chunk.Mean)]), cat([.. chunks.Select(chunk => chunk.Deviation)]));
    }

    private (Tensor Mean, Tensor Deviation) Encode(List<Image<Rgb24>> squares)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var distribution = _autoencoder.Encode(ImageTensors.ToTensor(squares, _device));
        squares.ForEach(square => square.Dispose());
        return (distribution.Mean.to(ScalarType.Float32).MoveToOuterDisposeScope(),
            distribution.StandardDeviation.to(ScalarType.Float32).MoveToOuterDisposeScope());
    }
}

/// <summary>
/// The examples' images, brought to the model's size: shorter edge by bilinear resizing, then a square crop.
/// </summary>
internal sealed class TrainingImages : IDisposable
{
    private readonly List<Image<Rgb24>> _resized;
    private readonly int _size;

    public TrainingImages(IReadOnlyList<TrainingExample> examples, int size, TrainingCrop crop)
    {
        _size = size;
        _resized = [.. examples.Select(
            example => ImageResizing.ResizeShortestEdge(example.Image, size, KnownResamplers.Triangle))];
        CropsAreFixed = crop == TrainingCrop.Center || _resized.All(image => image.Width == image.Height);
    }

    /// <summary>Number of images.</summary>
    public int Count => _resized.Count;

    /// <summary>Whether an image gives the same square each time.</summary>
    public bool CropsAreFixed { get; }

    /// <summary>The middle square of an image.</summary>
    public Image<Rgb24> CenterSquare(int index) => ImageResizing.CenterCrop(_resized[index], _size, _size);

    /// <summary>A square of an image.</summary>
    /// <param name="index">The image.</param>
    /// <param name="position">Where along the longer edge, 0 (first) to 1 (excluded; last).</param>
    public Image<Rgb24> Square(int index, float position)
    {
        var image = _resized[index];
        int left = (int)(position * (image.Width - _size + 1)), top = (int)(position * (image.Height - _size + 1));
        return ImageResizing.Crop(image, left, top, _size, _size);
    }

    public void Dispose() => _resized.ForEach(image => image.Dispose());
}
