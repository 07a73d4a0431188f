using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Image;

/// <summary>Brings images to one size.</summary>
public sealed class ImageResizingEstimator : TrivialEstimator<ImageResizingTransformer>
{
    private readonly InputOutputColumnPair _pair;

    internal ImageResizingEstimator(IHostEnvironment env, InputOutputColumnPair pair, ResizeOptions options)
        : base(env.Register("ImageResizer"), new ImageResizingTransformer(env, [pair], options)) => _pair = pair;

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        ImageMaps.RequireImage(inputSchema, _pair.InputColumnName);
        return inputSchema.With(ImageMaps.ImageShape(_pair.OutputColumnName));
    }

    /// <summary>What becomes of the aspect ratio.</summary>
    public enum ResizingKind : byte
    {
        IsoPad = 0,
        IsoCrop = 1,
        Fill = 2,
    }

    /// <summary>The part that cropping keeps.</summary>
    public enum Anchor : byte
    {
        Right = 0,
        Left = 1,
        Top = 2,
        Bottom = 3,
        Center = 4,
    }
}
