using System.Text.Json;
using System.Text.Unicode;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Weights;

/// <summary>
/// The JSON at the head of a safetensors file. The file may come from anywhere, so everything is checked: the tensors
/// must fill the data part exactly, without holes and without overlap.
/// </summary>
internal sealed class SafetensorsHeader
{
    /// <summary>Longest header that the format allows, in bytes.</summary>
    internal const long MaximumLength = 100_000_000;

    private const string MetadataKey = "__metadata__";
    private readonly string path;
    private readonly Dictionary<string, TensorInfo> tensors = [];
    private readonly Dictionary<string, string> metadata = [];

    private SafetensorsHeader(string path) => this.path = path;

    internal IReadOnlyDictionary<string, TensorInfo> Tensors => tensors;

    internal IReadOnlyDictionary<string, string> Metadata => metadata;

    internal static SafetensorsHeader Parse(string path, ReadOnlyMemory<byte> json, long dataLength)
    {
        var header = new SafetensorsHeader(path);
        if (json.Span is not [(byte)'{', ..])
            throw header.Error("the header does not begin with '{'; this is not a safetensors file");
        if (!Utf8.IsValid(json.Span))
            throw header.Error("the header is not valid UTF-8");
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            foreach (var entry in document.RootElement.EnumerateObject())
                header.Read(entry.Name, entry.Value);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new SafetensorsException(path, $"the header is not valid JSON: {exception.Message}", exception);
        }
        header.RequireFilled(dataLength);
        return header;
    }

    private void Read(string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw Error($"'{name}' is not an object");
        if (name == MetadataKey)
            ReadMetadata(value);
        else
            tensors.Add(name, ReadTensor(name, value));
    }

    private void ReadMetadata(JsonElement value)
    {
        foreach (var entry in value.EnumerateObject())
        {
            if (entry.Value.ValueKind != JsonValueKind.String)
                throw Error($"{MetadataKey} '{entry.Name}' is not a text");
            metadata.Add(entry.Name, entry.Value.GetString()!);
        }
    }

    private TensorInfo ReadTensor(string name, JsonElement value)
    {
        var unknown = value.EnumerateObject().Select(field => field.Name).FirstOrDefault(field => field is not ("dtype" or "shape" or "data_offsets"));
        if (unknown is not null)
            throw Error($"tensor '{name}' has an unknown field '{unknown}'");
        var dtype = ReadDtype(name, value);
        var shape = ReadNumbers(name, value, "shape");
        var offsets = ReadNumbers(name, value, "data_offsets");
        if (offsets is not [var begin, var end] || begin > end)
            throw Error($"'data_offsets' of tensor '{name}' is not a pair [begin, end] with begin ≤ end");
        var size = ByteSize(name, shape, SafetensorsDtype.SizeOf(dtype));
        if (end - begin != size)
            throw Error($"tensor '{name}' of shape [{string.Join(", ", shape)}] needs {size} bytes, but 'data_offsets' gives it {end - begin}");
        return new TensorInfo(dtype, shape, begin, end);
    }

    private ScalarType ReadDtype(string name, JsonElement value)
    {
        if (!value.TryGetProperty("dtype", out var field) || field.ValueKind != JsonValueKind.String)
            throw Error($"tensor '{name}' has no 'dtype'");
        var text = field.GetString()!;
        return SafetensorsDtype.TryParse(text, out var dtype)
            ? dtype
            : throw Error($"'dtype' of tensor '{name}' is '{text}', which is not supported; supported are {SafetensorsDtype.Names}");
    }

    private long[] ReadNumbers(string name, JsonElement value, string key)
    {
        if (!value.TryGetProperty(key, out var field) || field.ValueKind != JsonValueKind.Array)
            throw Error($"tensor '{name}' has no '{key}'");
        var numbers = new long[field.GetArrayLength()];
        var index = 0;
        foreach (var item in field.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out numbers[index]) || numbers[index] < 0)
                throw Error($"'{key}' of tensor '{name}' holds {item.GetRawText()}, which is not a whole number ≥ 0");
            index++;
        }
        return numbers;
    }

    private long ByteSize(string name, long[] shape, int elementSize)
    {
        try
        {
            return shape.Aggregate((long)elementSize, (product, size) => checked(product * size));
        }
        catch (OverflowException)
        {
            throw Error($"'shape' of tensor '{name}', [{string.Join(", ", shape)}], is too large");
        }
    }

    private void RequireFilled(long dataLength)
    {
        var position = 0L;
        foreach (var (name, info) in tensors.OrderBy(entry => entry.Value.Begin).ThenBy(entry => entry.Value.End))
        {
            if (info.End > dataLength)
                throw Error($"tensor '{name}' ends at byte {info.End} of the data, but the file holds only {dataLength}; it is truncated: download it again");
            if (info.Begin != position)
                throw Error($"'data_offsets' of tensor '{name}' begins at {info.Begin} where {position} is expected; tensors must neither overlap nor leave holes");
            position = info.End;
        }
        if (position != dataLength)
            throw Error($"the tensors take {position} bytes, but {dataLength} bytes of data follow the header");
    }

    private SafetensorsException Error(string problem) => new(path, problem + ".");
}
