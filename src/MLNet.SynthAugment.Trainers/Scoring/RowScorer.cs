using MLNet.SynthAugment.Trainers.Classifiers;

namespace MLNet.SynthAugment.Trainers.Scoring;

/// <summary>Scores images of rows.</summary>
/// <param name="classifier">The network.</param>
/// <param name="classes">Its classes.</param>
/// <param name="imageColumnName">The column of the images.</param>
/// <param name="imageFolder">The folder that relative paths start from.</param>
/// <param name="maxImagePixels">The largest image that is decoded.</param>
/// <param name="reading">How images are turned and composed.</param>
internal sealed class RowScorer(
    ImageClassifier classifier, ClassKeys classes, string imageColumnName, string imageFolder, long maxImagePixels,
    ImageReading reading)
{
    private readonly ImageDecoder _decoder = new(maxImagePixels, reading);

    public ImageClassifier Classifier => classifier;

    public ClassKeys Classes => classes;

    public string ImageColumnName => imageColumnName;

    public string ImageFolder => imageFolder;

    public long MaxImagePixels => maxImagePixels;

    public ImageReading Reading => reading;

    /// <exception cref="ArgumentException">The view has no such column of images.</exception>
    public DataViewSchema.Column FindImages(DataViewSchema schema) => InputColumns.FindImages(schema, imageColumnName);

    /// <summary>A function that gives the scores of the row that the cursor is on, computed once per row.</summary>
    public Func<float[]> Open(DataViewRow row)
    {
        var readImage = ImageReader.Create(row, FindImages(row.Schema), imageFolder, _decoder);
        var position = -1L;
        float[] scores = [];
        return () =>
        {
            if (position == row.Position)
                return scores;
            try
            {
                using var image = readImage();
                scores = classifier.Score(image);
            }
            catch (UnreadableImageException error)
            {
                throw new InvalidOperationException(
                    $"The image in column '{imageColumnName}' of row {row.Position} cannot be read: {error.Message}.",
                    error);
            }
            position = row.Position;
            return scores;
        };
    }
}
