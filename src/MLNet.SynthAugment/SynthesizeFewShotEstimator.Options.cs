using MLNet.SynthAugment.Diffusion.ImageSets;
using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Files;
using MLNet.SynthAugment.Methods;
using MLNet.SynthAugment.Selection;
using MLNet.SynthAugment.Views;

namespace MLNet.SynthAugment;

public sealed partial class SynthesizeFewShotEstimator
{
    /// <summary>All options of <see cref="SynthesizeFewShotEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>The class of a row: text, a key (with or without key values), a number or Boolean.</summary>
        public string LabelColumnName { get; set; } = "Label";

        /// <summary>
        /// The image of a row: an image, the path of a file as text, or a file's bytes as a variable-size vector.
        /// </summary>
        public string ImageColumnName { get; set; } = "Image";

        /// <summary>
        /// What the image of a row shows, as text; null for none. Methods that vary their prompts take them from here.
        /// Rows may leave it empty.
        /// </summary>
        public string? CaptionColumnName { get; set; }

        /// <summary>
        /// The mask of a row's image, white where the object is, of any of the kinds of <see cref="ImageColumnName"/>;
        /// null for none. Methods with a mask mode keep the object or the background. A mask that cannot be read is
        /// named in the log, its image is used without; one of another size is resized to its image's.
        /// </summary>
        public string? MaskColumnName { get; set; }

        /// <summary>How many synthetic images each class gets; at least 0.</summary>
        public int ImagesPerClass { get; set; } = 500;

        /// <summary>
        /// Brings every class to the same total, for long-tailed data: the largest class gets
        /// <see cref="ImagesPerClass"/> synthetic images and each other as many more as it has fewer real ones.
        /// </summary>
        public bool Balance { get; set; }

        /// <summary>
        /// How the images are made. Null leaves it to the model: <see cref="ImageVariation"/> with the embedded one,
        /// <see cref="DataDream"/> with any other.
        /// </summary>
        public ISynthesisMethod? Method { get; set; }

        /// <summary>The diffusion model. Null means <see cref="DiffusionModel.Embedded"/>.</summary>
        public DiffusionModel? Model { get; set; }

        /// <summary>
        /// The CLIP model for methods and selection that ask for one. Null means the embedded one for the embedded
        /// model, and none for others.
        /// </summary>
        public ImageTextModel? Clip { get; set; }

        /// <summary>Which of the images are accepted. Null means all of them, as in the methods' papers.</summary>
        public ImageSelection? Selection { get; set; }

        /// <summary>
        /// Words for labels that are codes: a map from the label's text to the name used in prompts. Labels not in it
        /// name themselves.
        /// </summary>
        public IReadOnlyDictionary<string, string>? ClassNames { get; set; }

        /// <summary>
        /// The folder that relative paths of a path column start from. Null means the current folder.
        /// </summary>
        public string? ImageFolder { get; set; }

        /// <summary>
        /// Where synthetic images, what the method learnt, and copies of the shots are kept, so that no image is made
        /// twice and an interrupted run goes on. Null means <c>MLNet.SynthAugment</c> in the user's local application
        /// data. Delete it whenever you like.
        /// </summary>
        public string? StoreFolder { get; set; }

        /// <summary>The seed of all randomness. With the same seed, data and options the images are the same.</summary>
        public long Seed { get; set; }

        /// <summary>
        /// Images made together; at least 1. The last batch of a class is filled up, and what exceeds
        /// <see cref="ImagesPerClass"/> waits in the store, so a multiple of the batch size wastes nothing.
        /// </summary>
        public int BatchSize { get; set; } = 8;

        /// <summary>
        /// λ of the column <c>ExampleWeight</c>, between 0 and 1: a trainer that uses the column minimises λ·mean loss
        /// of the real rows + (1−λ)·mean loss of the synthetic rows, as DataDream does with 0.8. The weights' mean is
        /// 1. Without synthetic rows all are 1.
        /// </summary>
        public double RealLossWeight { get; set; } = 0.8;

        /// <summary>
        /// Put before the names of the added columns. If the input has a column with the name and the type of an added
        /// one, its rows keep what they say there; its weights are multiplied, and synthetic rows take the source and
        /// the weight of the rows they lean on. A column of another type is an error.
        /// </summary>
        public string AddedColumnPrefix { get; set; } = "";

        /// <summary>
        /// <c>auto</c> (CUDA if it is there), <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>. The log says what was taken and
        /// why.
        /// </summary>
        public string Device { get; set; } = "auto";

        /// <summary>
        /// The number format the diffusion model computes in; adapters are always trained in float32.
        /// </summary>
        public Precision Precision { get; set; } = Precision.Float32;

        /// <summary>
        /// The largest image, in pixels; larger ones count as unreadable. Of paths and bytes they are not even decoded;
        /// images of <c>LoadImages</c> were decoded by ML.NET before.
        /// </summary>
        public long MaxImagePixels { get; set; } = BoundedImageDecoder.DefaultMaxPixels;

        /// <summary>
        /// Whether images of paths and bytes are turned as their EXIF orientation says. By default they are read as
        /// they are stored: so ML.NET's own <c>LoadImages</c> reads the real rows, and synthetic rows must lie as
        /// those do. Say <see cref="ImageOrientation.Upright"/> if what reads your images turns them. An image column
        /// holds decoded images, which are taken as they are. The log counts the images that it matters for.
        /// </summary>
        public ImageOrientation ImageOrientation { get; set; } = ImageOrientation.AsStored;

        /// <summary>
        /// What transparent images are composed on, in all kinds of columns; opaque. ML.NET's <c>ExtractPixels</c>
        /// shows a classifier black there. The log counts such images.
        /// </summary>
        public Color ImageGround { get; set; } = Color.White;

        /// <summary>
        /// Told of the images made, after each batch, from the thread that calls <c>Fit</c>; the log tells the same in
        /// sentences.
        /// </summary>
        public IProgress<SynthesisProgress>? Progress { get; set; }

        /// <summary>
        /// Stops <c>Fit</c> with <see cref="OperationCanceledException"/>. What was made is kept and the same
        /// <c>Fit</c> goes on from there.
        /// </summary>
        public CancellationToken CancellationToken { get; set; }

        internal void Validate()
        {
            ArgumentException.ThrowIfNullOrEmpty(LabelColumnName);
            ArgumentException.ThrowIfNullOrEmpty(ImageColumnName);
            if (CaptionColumnName is not null)
                ArgumentException.ThrowIfNullOrEmpty(CaptionColumnName);
            if (MaskColumnName is not null)
                ArgumentException.ThrowIfNullOrEmpty(MaskColumnName);
            ArgumentNullException.ThrowIfNull(AddedColumnPrefix);
            ArgumentException.ThrowIfNullOrEmpty(Device);
            ArgumentOutOfRangeException.ThrowIfNegative(ImagesPerClass);
            ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
            ArgumentOutOfRangeException.ThrowIfLessThan(MaxImagePixels, 1);
            ImageReading.CheckGround(ImageGround);
            Method?.Validate();
            Selection?.Validate();
            if (RealLossWeight is not (>= 0 and <= 1))
                throw new ArgumentOutOfRangeException(
                    nameof(RealLossWeight), RealLossWeight,
                    "The real rows' share of the loss must be between 0 and 1.");
        }

        internal ImageReading Reading => new() { Orientation = ImageOrientation, Ground = ImageGround };

        internal InputColumnNames ColumnNames =>
            new(LabelColumnName, ImageColumnName, CaptionColumnName, MaskColumnName)
            {
                SourceId = AddedColumnPrefix + AddedColumns.SourceId,
                ExampleWeight = AddedColumnPrefix + AddedColumns.ExampleWeight,
            };

        /// <summary>
        /// A copy whose folders stay where they are when the current folder changes, and so do the paths that are
        /// handed out.
        /// </summary>
        internal Options Clone()
        {
            var copy = (Options)MemberwiseClone();
            copy.ImageFolder = Folders.Absolute(ImageFolder);
            copy.StoreFolder = Folders.Absolute(StoreFolder);
            return copy;
        }
    }
}
