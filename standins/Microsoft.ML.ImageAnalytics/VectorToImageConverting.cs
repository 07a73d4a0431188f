using Microsoft.ML.Data;
using Microsoft.ML.Rows;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Image;

/// <summary>The size and layout of images in vectors; default colours are given as B, G, R, A.</summary>
internal sealed record VectorToImageOptions(int Height, int Width, PixelLayout Layout, byte[] Defaults);

/// <summary>Makes images of vectors of pixels.</summary>
public sealed class VectorToImageConvertingEstimator : TrivialEstimator<VectorToImageConvertingTransformer>
{
    private readonly InputOutputColumnPair _pair;

    internal VectorToImageConvertingEstimator(IHostEnvironment env, InputOutputColumnPair pair, VectorToImageOptions options)
        : base(env.Register("VectorToImageConverter"), new VectorToImageConvertingTransformer(env, [pair], options)) => _pair = pair;

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var input = inputSchema.Require(_pair.InputColumnName);
        if (input.Kind != SchemaShape.Column.VectorKind.Vector || !VectorToImageConvertingTransformer.IsSupported(input.ItemType))
            throw Errors.TypeMismatch(nameof(inputSchema), "input", input.Name, VectorToImageConvertingTransformer.Supported, input.Describe());
        return inputSchema.With(ImageMaps.ImageShape(_pair.OutputColumnName));
    }
}

/// <inheritdoc cref="VectorToImageConvertingEstimator"/>
public sealed class VectorToImageConvertingTransformer : OneToOneTransformerBase
{
    internal const string Supported = "known-size vector of Single, Double or Byte";

    private readonly VectorToImageOptions _options;

    internal VectorToImageConvertingTransformer(
        IHostEnvironment env, IReadOnlyList<InputOutputColumnPair> columns, VectorToImageOptions options)
        : base(env.Register("VectorToImageConverter"), columns) => _options = options;

    internal static bool IsSupported(DataViewType itemType) =>
        itemType.Equals(NumberDataViewType.Single) || itemType.Equals(NumberDataViewType.Double) || itemType.Equals(NumberDataViewType.Byte);

    private protected override ColumnMap MapColumn(int pair, DataViewSchema.Column input, string outputName)
    {
        if (input.Type is not VectorDataViewType { IsKnownSize: true } vector || !IsSupported(vector.ItemType))
            throw Errors.TypeMismatch("inputSchema", "input", input.Name, Supported, $"{input.Type}");
        var size = _options.Height * _options.Width * _options.Layout.Channels.Length;
        if (vector.Size != size)
            throw Errors.TypeMismatch("inputSchema", "input", input.Name, $"a vector of {size} items", $"{input.Type}");
        if (vector.ItemType.Equals(NumberDataViewType.Single))
            return CreateMap<float>(input, outputName, value => value);
        return vector.ItemType.Equals(NumberDataViewType.Double)
            ? CreateMap<double>(input, outputName, value => (float)value)
            : CreateMap<byte>(input, outputName, value => value);
    }

    private ColumnMap CreateMap<T>(DataViewSchema.Column input, string outputName, Func<T, float> convert) =>
        new(new DataViewSchema.DetachedColumn(outputName, new ImageDataViewType(_options.Height, _options.Width)), [input.Index], (row, _) =>
        {
            var getter = row.GetGetter<VBuffer<T>>(row.Schema[input.Index]);
            VBuffer<T> vector = default;
            var values = new T[_options.Height * _options.Width * _options.Layout.Channels.Length];
            return (ValueGetter<MLImage>)((ref MLImage destination) =>
            {
                destination?.Dispose();
                destination = null;
                getter(ref vector);
                vector.CopyTo(values);
                destination = Draw(Array.ConvertAll(values, value => convert(value)));
                destination.Tag = nameof(VectorToImageConvertingTransformer);
            });
        });

    private MLImage Draw(float[] values)
    {
        var layout = _options.Layout;
        var channels = layout.Channels;
        var pixelCount = _options.Height * _options.Width;
        var pixels = new byte[pixelCount * 4];
        for (var pixel = 0; pixel < pixelCount; pixel++)
        {
            _options.Defaults.CopyTo(pixels, pixel * 4);
            for (var c = 0; c < channels.Length; c++)
            {
                var value = values[layout.Index(pixel, c, pixelCount, channels.Length)];
                var scaled = MathF.Round(value * layout.Scale - layout.Offset);
                pixels[pixel * 4 + channels[c]] = (byte)Math.Clamp(scaled, 0, 255);
            }
        }

        return new MLImage(_options.Width, _options.Height, MLPixelFormat.Bgra32, pixels);
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader<Loader>();
        SaveColumns(ctx);
        ctx.Writer.Write(_options.Height);
        ctx.Writer.Write(_options.Width);
        _options.Layout.Write(ctx.Writer);
        ctx.Writer.Write(_options.Defaults);
    }

    internal sealed class Loader : IModelLoader
    {
        public ITransformer Load(IHostEnvironment env, ModelLoadContext ctx)
        {
            var columns = LoadColumns(ctx);
            var (height, width) = (ctx.Reader.ReadInt32(), ctx.Reader.ReadInt32());
            var options = new VectorToImageOptions(height, width, PixelLayout.Read(ctx.Reader), ctx.Reader.ReadBytes(4));
            return new VectorToImageConvertingTransformer(env, columns, options);
        }
    }
}
