using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML;

/// <summary>Transforms of images.</summary>
public static class ImageEstimatorsCatalog
{
    public static ImageLoadingEstimator LoadImages(
        this TransformsCatalog catalog, string outputColumnName, string imageFolder, string inputColumnName = null) =>
        new(catalog.Environment, imageFolder, asBytes: false, new InputOutputColumnPair(outputColumnName, inputColumnName));

    public static ImageLoadingEstimator LoadRawImageBytes(
        this TransformsCatalog catalog, string outputColumnName, string imageFolder, string inputColumnName = null) =>
        new(catalog.Environment, imageFolder, asBytes: true, new InputOutputColumnPair(outputColumnName, inputColumnName));

    public static ImageGrayscalingEstimator ConvertToGrayscale(
        this TransformsCatalog catalog, string outputColumnName, string inputColumnName = null) =>
        new(catalog.Environment, new InputOutputColumnPair(outputColumnName, inputColumnName));

    public static ImageResizingEstimator ResizeImages(
        this TransformsCatalog catalog,
        string outputColumnName,
        int imageWidth,
        int imageHeight,
        string inputColumnName = null,
        ImageResizingEstimator.ResizingKind resizing = ImageResizingEstimator.ResizingKind.IsoCrop,
        ImageResizingEstimator.Anchor cropAnchor = ImageResizingEstimator.Anchor.Center) =>
        new(catalog.Environment, new InputOutputColumnPair(outputColumnName, inputColumnName), new ResizeOptions(imageWidth, imageHeight, resizing, cropAnchor));

    public static ImagePixelExtractingEstimator ExtractPixels(
        this TransformsCatalog catalog,
        string outputColumnName,
        string inputColumnName = null,
        ImagePixelExtractingEstimator.ColorBits colorsToExtract = ImagePixelExtractingEstimator.ColorBits.Rgb,
        ImagePixelExtractingEstimator.ColorsOrder orderOfExtraction = ImagePixelExtractingEstimator.ColorsOrder.ARGB,
        bool interleavePixelColors = false,
        float offsetImage = 0,
        float scaleImage = 1,
        bool outputAsFloatArray = true) =>
        new(
            catalog.Environment,
            new InputOutputColumnPair(outputColumnName, inputColumnName),
            new PixelLayout(colorsToExtract, orderOfExtraction, interleavePixelColors, offsetImage, scaleImage),
            outputAsFloatArray);

    public static VectorToImageConvertingEstimator ConvertToImage(
        this TransformsCatalog catalog,
        int imageHeight,
        int imageWidth,
        string outputColumnName,
        string inputColumnName = null,
        ImagePixelExtractingEstimator.ColorBits colorsPresent = ImagePixelExtractingEstimator.ColorBits.Rgb,
        ImagePixelExtractingEstimator.ColorsOrder orderOfColors = ImagePixelExtractingEstimator.ColorsOrder.ARGB,
        bool interleavedColors = false,
        float scaleImage = 1,
        float offsetImage = 0,
        int defaultAlpha = 255,
        int defaultRed = 0,
        int defaultGreen = 0,
        int defaultBlue = 0) =>
        new(
            catalog.Environment,
            new InputOutputColumnPair(outputColumnName, inputColumnName),
            new VectorToImageOptions(
                imageHeight,
                imageWidth,
                new PixelLayout(colorsPresent, orderOfColors, interleavedColors, offsetImage, scaleImage),
                [(byte)defaultBlue, (byte)defaultGreen, (byte)defaultRed, (byte)defaultAlpha]));
}
