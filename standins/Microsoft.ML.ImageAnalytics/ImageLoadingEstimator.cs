using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Data;

/// <summary>Reads image files whose paths a text column holds.</summary>
public sealed class ImageLoadingEstimator : TrivialEstimator<ImageLoadingTransformer>
{
    private readonly InputOutputColumnPair _pair;
    private readonly bool _asBytes;

    internal ImageLoadingEstimator(IHostEnvironment env, string imageFolder, bool asBytes, InputOutputColumnPair pair)
        : base(env.Register("ImageLoader"), new ImageLoadingTransformer(env, imageFolder, asBytes, pair))
    {
        _pair = pair;
        _asBytes = asBytes;
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var input = inputSchema.Require(_pair.InputColumnName);
        if (input.ItemType is not TextDataViewType || input.Kind != SchemaShape.Column.VectorKind.Scalar)
            throw Errors.TypeMismatch(nameof(inputSchema), "input", _pair.InputColumnName, "String", input.Describe());
        return inputSchema.With(_asBytes
            ? new SchemaShape.Column(_pair.OutputColumnName, SchemaShape.Column.VectorKind.VariableVector, NumberDataViewType.Byte, isKey: false)
            : ImageMaps.ImageShape(_pair.OutputColumnName));
    }
}
