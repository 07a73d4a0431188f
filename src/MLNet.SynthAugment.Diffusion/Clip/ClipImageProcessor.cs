using MLNet.SynthAugment.Diffusion.Images;
using MLNet.SynthAugment.Diffusion.Weights;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using static MLNet.SynthAugment.Diffusion.KeptScalars;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Clip;

/// <summary>
/// Makes images ready for a CLIP image encoder: shorter edge resized, middle cut out, bytes to 0…1, normalised by
/// channel. The defaults are those of transformers' CLIPImageProcessor.
/// </summary>
public sealed record ClipImageProcessor
{
    /// <summary>The size to bring an image to; null to leave it as it is.</summary>
    public ClipResize? Resize { get; init; } = new(ShortestEdge: 224);

    /// <summary>Height and width of the square or rectangle that is cut out; null to keep the whole.</summary>
    public (int Height, int Width)? Crop { get; init; } = (224, 224);

    /// <summary>Where an odd remainder of the crop goes.</summary>
    public CropOffset CropOffset { get; init; } = CropOffset.RoundDown;

    /// <summary>The resizing kernel.</summary>
    public PillowResampling Resample { get; init; } = PillowResampling.Bicubic;

    /// <summary>What bytes are multiplied with.</summary>
    public double RescaleFactor { get; init; } = 1 / 255.0;

    /// <summary>Subtracted from each channel.</summary>
    public IReadOnlyList<double> ImageMean { get; init; } = [0.48145466, 0.4578275, 0.40821073];

    /// <summary>What each channel is divided by afterwards.</summary>
    public IReadOnlyList<double> ImageStd { get; init; } = [0.26862954, 0.26130258, 0.27577711];

    /// <summary>The processor for an image encoder: its image size, and the published CLIP models' values.</summary>
    /// <param name="config">The image encoder's config.</param>
    public static ClipImageProcessor For(ClipVisionConfig config) => new()
    {
        Resize = new ClipResize(ShortestEdge: (int)config.ImageSize),
        Crop = ((int)config.ImageSize, (int)config.ImageSize),
    };

    /// <summary>
    /// Reads <c>preprocessor_config.json</c>, or the image processor in <c>processor_config.json</c> where only that
    /// is there.
    /// </summary>
    /// <param name="folder">The folder that holds it, <c>feature_extractor</c> in a model folder.</param>
    /// <exception cref="ModelFolderException">The file is missing, or a value is not supported; the message names
    /// it.</exception>
    public static ClipImageProcessor FromFolder(string folder) =>
        ClipImageProcessorFile.ReadFolder(folder);

    /// <summary>Writes <c>preprocessor_config.json</c>.</summary>
    /// <param name="folder">The folder; it is made if it is not there.</param>
    public void Save(string folder) =>
        ClipImageProcessorFile.Write(Path.Combine(folder, ClipImageProcessorFile.FileName), this);

    /// <summary>Resizes and crops one image.</summary>
    /// <param name="image">The image; it is not changed.</param>
    /// <returns>A new image.</returns>
    /// <exception cref="ArgumentException">The image is smaller than the crop.</exception>
    public Image<Rgb24> ResizeAndCrop(Image<Rgb24> image)
    {
        using var resized = Resize?.Apply(image, Resample.ToResampler());
        var source = resized ?? image;
        return Crop is { } crop
            ? ImageResizing.CenterCrop(source, crop.Width, crop.Height, CropOffset) : source.Clone();
    }

    /// <summary>Makes a batch for an image encoder.</summary>
    /// <param name="images">One or more images; they are not changed.</param>
    /// <param name="device">Where the tensor goes; the CPU if null.</param>
    /// <returns>float32 [B, 3, height, width].</returns>
    /// <exception cref="ArgumentException">There is no image, one is too small, or without a crop they differ in
    /// size.</exception>
    public Tensor Preprocess(IReadOnlyList<Image<Rgb24>> images, Device? device = null)
    {
        var ready = new List<Image<Rgb24>>();
        try
        {
            foreach (var image in images)
                ready.Add(ResizeAndCrop(image));
            using var scope = NewDisposeScope();
            var bytes = ImageTensors.ToTensor(ready, device).Plus(1) * Kept(127.5);
            return Normalize(bytes * Kept(RescaleFactor)).MoveToOuterDisposeScope();
        }
        finally
        {
            ready.ForEach(image => image.Dispose());
        }
    }

    /// <summary>(x − mean) / standard deviation, by channel; differentiable.</summary>
    /// <param name="images">[B, 3, height, width], 0 to 1.</param>
    /// <returns>A new tensor of the same shape.</returns>
    public Tensor Normalize(Tensor images)
    {
        using var mean = Channels(ImageMean, images);
        using var deviation = Channels(ImageStd, images);
        using var centred = images - mean;
        return centred / deviation;
    }

    private static Tensor Channels(IReadOnlyList<double> values, Tensor like)
    {
        using var flat = tensor([.. values], dtype: like.dtype, device: like.device);
        return flat.reshape(1, values.Count, 1, 1);
    }
}
