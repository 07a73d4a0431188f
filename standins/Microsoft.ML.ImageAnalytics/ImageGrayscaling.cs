using Microsoft.ML.Data;
using Microsoft.ML.Rows;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Image;

/// <summary>Takes the colour out of images.</summary>
public sealed class ImageGrayscalingEstimator : TrivialEstimator<ImageGrayscalingTransformer>
{
    private readonly InputOutputColumnPair _pair;

    internal ImageGrayscalingEstimator(IHostEnvironment env, InputOutputColumnPair pair)
        : base(env.Register("ImageGrayscaler"), new ImageGrayscalingTransformer(env, pair)) => _pair = pair;

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        ImageMaps.RequireImage(inputSchema, _pair.InputColumnName);
        return inputSchema.With(ImageMaps.ImageShape(_pair.OutputColumnName));
    }
}

/// <inheritdoc cref="ImageGrayscalingEstimator"/>
public sealed class ImageGrayscalingTransformer : OneToOneTransformerBase
{
    internal ImageGrayscalingTransformer(IHostEnvironment env, params IReadOnlyList<InputOutputColumnPair> columns)
        : base(env.Register("ImageGrayscaler"), columns)
    {
    }

    private protected override ColumnMap MapColumn(int pair, DataViewSchema.Column input, string outputName) =>
        ImageMaps.FromImageToImage(input, outputName, ImageMaps.RequireImage(input), ToGrayscale, ownsSource: true);

    private static MLImage ToGrayscale(MLImage source)
    {
        var (red, blue) = source.RedAndBlue;
        var pixels = source.Pixels.ToArray();
        for (var i = 0; i < pixels.Length; i += 4)
        {
            var grey = (byte)(0.3f * pixels[i + red] + 0.59f * pixels[i + 1] + 0.11f * pixels[i + blue] + 0.5f);
            pixels.AsSpan(i, 3).Fill(grey);
        }

        return new MLImage(source.Width, source.Height, MLPixelFormat.Bgra32, pixels);
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader<Loader>();
        SaveColumns(ctx);
    }

    internal sealed class Loader : IModelLoader
    {
        public ITransformer Load(IHostEnvironment env, ModelLoadContext ctx) => new ImageGrayscalingTransformer(env, LoadColumns(ctx));
    }
}
