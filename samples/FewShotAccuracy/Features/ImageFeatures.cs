using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace FewShotAccuracy.Features;

/// <summary>
/// The ML.NET steps from an image column to a feature vector: directions of edges and colours, nothing that was trained.
/// Sizes were chosen on validation images (see the sample's README), never on test images.
/// </summary>
public static class ImageFeatures
{
    private const int Side = 36;
    private const int Cell = 6;
    private const int Bins = 9;
    private const int PixelCount = Side * Side * 3;

    /// <summary>The column of the features.</summary>
    public const string Column = nameof(FeatureColumn.Features);

    private static readonly OrientedGradientHistogram Gradients = new(Side, Cell, Bins);

    /// <summary>Appends <see cref="Column"/> to a view that has the images in <paramref name="imageColumn"/>.</summary>
    public static IEstimator<ITransformer> Extract(MLContext ml, string imageColumn)
    {
        var features = SchemaDefinition.Create(typeof(FeatureColumn));
        features[Column].ColumnType =
            new VectorDataViewType(NumberDataViewType.Single, Gradients.Length + ColourHistogram.Length);
        return ml.Transforms.ResizeImages(imageColumn, Side, Side, imageColumn, ImageResizingEstimator.ResizingKind.IsoCrop)
            .Append(ml.Transforms.ExtractPixels(nameof(PixelColumn.Pixels), imageColumn, scaleImage: 1f / 255))
            .Append(ml.Transforms.CustomMapping<PixelColumn, FeatureColumn>(Compute, contractName: null, outputSchemaDefinition: features));
    }

    private static void Compute(PixelColumn input, FeatureColumn output)
    {
        output.Features = new float[Gradients.Length + ColourHistogram.Length];
        Gradients.Compute(input.Pixels, output.Features.AsSpan(0, Gradients.Length));
        ColourHistogram.Compute(input.Pixels, output.Features.AsSpan(Gradients.Length));
    }

    private sealed class PixelColumn
    {
        [VectorType(PixelCount)]
        public float[] Pixels { get; set; } = [];
    }

    private sealed class FeatureColumn
    {
        public float[] Features { get; set; } = [];
    }
}
