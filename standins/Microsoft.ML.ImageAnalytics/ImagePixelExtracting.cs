using Microsoft.ML.Data;
using Microsoft.ML.Rows;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Image;

/// <summary>Makes vectors of images' pixels.</summary>
public sealed class ImagePixelExtractingEstimator : TrivialEstimator<ImagePixelExtractingTransformer>
{
    private readonly InputOutputColumnPair _pair;
    private readonly bool _asFloats;

    internal ImagePixelExtractingEstimator(IHostEnvironment env, InputOutputColumnPair pair, PixelLayout layout, bool asFloats)
        : base(env.Register("ImagePixelExtractor"), new ImagePixelExtractingTransformer(env, [pair], layout, asFloats))
    {
        if (layout.Channels.Length == 0)
            throw new ArgumentException("Need to use at least one color plane", nameof(layout));
        _pair = pair;
        _asFloats = asFloats;
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        ImageMaps.RequireImage(inputSchema, _pair.InputColumnName);
        return inputSchema.With(new SchemaShape.Column(
            _pair.OutputColumnName,
            SchemaShape.Column.VectorKind.Vector,
            _asFloats ? NumberDataViewType.Single : NumberDataViewType.Byte,
            isKey: false));
    }

    /// <summary>Colours to extract.</summary>
    [Flags]
    public enum ColorBits : byte
    {
        Alpha = 1,
        Red = 2,
        Green = 4,
        Blue = 8,
        Rgb = Red | Green | Blue,
        All = Alpha | Rgb,
    }

    /// <summary>Orders of colours.</summary>
    public enum ColorsOrder : byte
    {
        ARGB = 1,
        ARBG = 2,
        ABRG = 3,
        ABGR = 4,
        AGRB = 5,
        AGBR = 6,
    }
}

/// <inheritdoc cref="ImagePixelExtractingEstimator"/>
public sealed class ImagePixelExtractingTransformer : OneToOneTransformerBase
{
    private readonly PixelLayout _layout;
    private readonly bool _asFloats;

    internal ImagePixelExtractingTransformer(
        IHostEnvironment env, IReadOnlyList<InputOutputColumnPair> columns, PixelLayout layout, bool asFloats)
        : base(env.Register("ImagePixelExtractor"), columns)
    {
        _layout = layout;
        _asFloats = asFloats;
    }

    private protected override ColumnMap MapColumn(int pair, DataViewSchema.Column input, string outputName)
    {
        var image = ImageMaps.RequireImage(input);
        if (!image.IsKnownSize)
            throw Errors.TypeMismatch("inputSchema", "input", input.Name, "known-size image", "unknown-size image");
        return _asFloats
            ? CreateMap(input, outputName, NumberDataViewType.Single, image, value => (value - _layout.Offset) * _layout.Scale)
            : CreateMap(input, outputName, NumberDataViewType.Byte, image, value => value);
    }

    private ColumnMap CreateMap<T>(
        DataViewSchema.Column input, string outputName, NumberDataViewType itemType, ImageDataViewType image, Func<byte, T> convert)
    {
        var type = new VectorDataViewType(itemType, _layout.Dimensions(image.Height, image.Width));
        T[] values = [.. Enumerable.Range(0, 256).Select(value => convert((byte)value))];
        return ImageMaps.FromImage(input, new DataViewSchema.DetachedColumn(outputName, type), (MLImage source, ref VBuffer<T> destination) =>
        {
            if (source is null)
            {
                destination = new VBuffer<T>(type.Size, 0, [], []);
                return;
            }

            if (source.Height != image.Height || source.Width != image.Width)
            {
                throw new InvalidOperationException(
                    $"An image of column '{input.Name}' is {source.Width}×{source.Height}, the column's type says {image.Width}×{image.Height}.");
            }

            var editor = VBufferEditor.Create(ref destination, type.Size);
            Extract(source, values, editor.Values);
            destination = editor.Commit();
        });
    }

    private void Extract<T>(MLImage source, T[] values, Span<T> destination)
    {
        var pixels = source.Pixels;
        var channels = _layout.Channels;
        var isRgba = source.PixelFormat == MLPixelFormat.Rgba32;
        var pixelCount = source.Width * source.Height;
        for (var c = 0; c < channels.Length; c++)
        {
            var offset = isRgba && channels[c] != 3 ? 2 - channels[c] : channels[c];
            for (var pixel = 0; pixel < pixelCount; pixel++)
                destination[_layout.Index(pixel, c, pixelCount, channels.Length)] = values[pixels[pixel * 4 + offset]];
        }
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader<Loader>();
        SaveColumns(ctx);
        _layout.Write(ctx.Writer);
        ctx.Writer.Write(_asFloats);
    }

    internal sealed class Loader : IModelLoader
    {
        public ITransformer Load(IHostEnvironment env, ModelLoadContext ctx) =>
            new ImagePixelExtractingTransformer(env, LoadColumns(ctx), PixelLayout.Read(ctx.Reader), ctx.Reader.ReadBoolean());
    }
}
