using Microsoft.ML.Data;
using Microsoft.ML.Rows;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Image;

/// <inheritdoc cref="ImageResizingEstimator"/>
public sealed class ImageResizingTransformer : OneToOneTransformerBase
{
    private readonly ResizeOptions _options;

    internal ImageResizingTransformer(IHostEnvironment env, IReadOnlyList<InputOutputColumnPair> columns, ResizeOptions options)
        : base(env.Register("ImageResizer"), columns) => _options = options;

    private protected override ColumnMap MapColumn(int pair, DataViewSchema.Column input, string outputName)
    {
        ImageMaps.RequireImage(input);
        return ImageMaps.FromImageToImage(input, outputName, new ImageDataViewType(_options.Height, _options.Width), _options.Apply, ownsSource: false);
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader<Loader>();
        SaveColumns(ctx);
        _options.Write(ctx.Writer);
    }

    internal sealed class Loader : IModelLoader
    {
        public ITransformer Load(IHostEnvironment env, ModelLoadContext ctx) =>
            new ImageResizingTransformer(env, LoadColumns(ctx), ResizeOptions.Read(ctx.Reader));
    }
}
