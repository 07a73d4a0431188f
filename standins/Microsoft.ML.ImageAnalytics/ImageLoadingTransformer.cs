using Microsoft.ML.Rows;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Data;

/// <inheritdoc cref="ImageLoadingEstimator"/>
public sealed class ImageLoadingTransformer : OneToOneTransformerBase
{
    public readonly string ImageFolder;

    private readonly bool _asBytes;

    internal ImageLoadingTransformer(IHostEnvironment env, string imageFolder, bool asBytes, params IReadOnlyList<InputOutputColumnPair> columns)
        : base(env.Register("ImageLoader"), columns)
    {
        ImageFolder = imageFolder;
        _asBytes = asBytes;
    }

    private protected override ColumnMap MapColumn(int pair, DataViewSchema.Column input, string outputName)
    {
        if (input.Type is not TextDataViewType)
            throw Errors.TypeMismatch("inputSchema", "input", input.Name, "String", $"{input.Type}");
        return _asBytes ? BytesMap(input, outputName) : ImageMap(input, outputName);
    }

    private ColumnMap BytesMap(DataViewSchema.Column input, string outputName) => ColumnMap.Of<ReadOnlyMemory<char>, VBuffer<byte>>(
        new DataViewSchema.DetachedColumn(outputName, new VectorDataViewType(NumberDataViewType.Byte)),
        input,
        path =>
        {
            var bytes = path.IsEmpty ? [] : File.ReadAllBytes(FullPath(path));
            return new VBuffer<byte>(bytes.Length, bytes);
        });

    // The last image dies with the cursor; earlier ones when their buffer is filled again.
    private ColumnMap ImageMap(DataViewSchema.Column input, string outputName) => new(
        new DataViewSchema.DetachedColumn(outputName, new ImageDataViewType()),
        [input.Index],
        (row, disposers) =>
        {
            var getPath = row.GetGetter<ReadOnlyMemory<char>>(row.Schema[input.Index]);
            ReadOnlyMemory<char> path = default;
            MLImage last = null;
            disposers.Add(() => last?.Dispose());
            return (ValueGetter<MLImage>)((ref MLImage destination) =>
            {
                destination?.Dispose();
                destination = null;
                getPath(ref path);
                if (!path.IsEmpty)
                {
                    var fullPath = FullPath(path);
                    using var file = new MemoryStream(File.ReadAllBytes(fullPath));
                    destination = MLImage.CreateFromStream(file);
                    destination.Tag = fullPath;
                }

                last = destination;
            });
        });

    private string FullPath(ReadOnlyMemory<char> path) =>
        string.IsNullOrWhiteSpace(ImageFolder) ? path.ToString() : Path.Combine(ImageFolder, path.ToString());

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader<Loader>();
        SaveColumns(ctx);
        ctx.Writer.Write(ImageFolder ?? "");
        ctx.Writer.Write(_asBytes);
    }

    internal sealed class Loader : IModelLoader
    {
        public ITransformer Load(IHostEnvironment env, ModelLoadContext ctx)
        {
            var columns = LoadColumns(ctx);
            return new ImageLoadingTransformer(env, ctx.Reader.ReadString(), ctx.Reader.ReadBoolean(), columns);
        }
    }
}
