using MLNet.SynthAugment.Diffusion.Images;
using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Pretraining.Drawings;
using MLNet.SynthAugment.Pretraining.ImageSets;

namespace MLNet.SynthAugment.Pretraining.Checks;

/// <summary>Varies pictures: the class of each variation should be its picture's.</summary>
internal sealed class VariationCheck(LatentDiffusionModel model, long seed)
{
    private static readonly SamplingOptions s_sampling = new() { Steps = 16, GuidanceScale = 2 };
    private readonly TextToImagePipeline _pipeline = new(model);
    private readonly ImageConditioner _conditioner = new(model);

    /// <summary>
    /// The share of variations, two of each class's first picture, that fall to the class, by prototypes of all its
    /// pictures.
    /// </summary>
    public double ShareRight(ClipModel clip, IReadOnlyList<Tensor> classes)
    {
        const int perClass = 2;
        using var scope = NewDisposeScope();
        using var prototypes = new ClassPrototypes(clip, classes);
        var first = ImageTensors.ToImages(cat([.. classes.Select(pictures => pictures.narrow(0, 0, 1))]));
        var variations = Vary(first, perClass, "variation check");
        try
        {
            return prototypes.ShareRight(
                [.. variations.Chunk(perClass).Select(images => ImageTensors.ToTensor(images, model.Device))]);
        }
        finally
        {
            foreach (var image in first.Concat(variations))
                image.Dispose();
        }
    }

    /// <summary>Makes variations of pictures, without a prompt.</summary>
    /// <param name="pictures">The pictures.</param>
    /// <param name="count">Number of variations of each.</param>
    /// <param name="name">Keeps the noise apart from that of other checks.</param>
    /// <returns>The first picture's variations, then the next one's; the caller disposes them.</returns>
    public IReadOnlyList<Image<Rgb24>> Vary(IReadOnlyList<Image<Rgb24>> pictures, int count, string name)
    {
        using var condition = _conditioner.Encode(pictures);
        var rows = pictures.Select((_, row) => condition.Row(row)).ToList();
        var requests = Requests([.. pictures.Select(_ => "")], count, name)
            .Select((request, i) => request with { ImageCondition = rows[i / count] });
        var images = _pipeline.Generate([.. requests], s_sampling);
        rows.ForEach(row => row.Dispose());
        return images;
    }

    /// <summary>Makes pictures from prompts alone.</summary>
    /// <inheritdoc cref="Vary"/>
    public IReadOnlyList<Image<Rgb24>> Draw(IReadOnlyList<string> prompts, int count, string name) =>
        _pipeline.Generate([.. Requests(prompts, count, name)], s_sampling);

    private IEnumerable<ImageRequest> Requests(IReadOnlyList<string> prompts, int count, string name) =>
        prompts.SelectMany((prompt, row) =>
            Enumerable.Range(0, count).Select(i => new ImageRequest(prompt, new NoiseKey(seed, $"{name} {row}", i))));
}

/// <summary>
/// Classes that training leaves out, so that it can be seen what a model does with classes it does not know.
/// </summary>
internal sealed class HeldOutClasses(PreparedImages images, int size)
{
    /// <summary>Number of classes.</summary>
    public int Count => images.Classes.Count;

    /// <summary>All pictures of every class, class by class: [pictures, 3, size, size], −1 … 1.</summary>
    public IReadOnlyList<Tensor> Read(Device device) =>
        [.. images.Classes.Select(imageClass => Read(imageClass, device))];

    private Tensor Read(ImageClass imageClass, Device device)
    {
        var length = 3 * size * size;
        var pixels = new byte[images.Size * images.Size * 3];
        var values = new float[imageClass.Count * length];
        for (var i = 0; i < imageClass.Count; i++)
        {
            images.Read(imageClass.First + i, pixels);
            AffineWarp.Apply(pixels, images.Size, Matrix3x2.Identity, values.AsSpan(i * length, length), size);
        }
        return PictureBatch.ToTensor(values, size, device);
    }
}
