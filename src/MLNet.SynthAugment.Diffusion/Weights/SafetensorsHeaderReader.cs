using System.Text;
using System.Text.Json;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Weights;

/// <summary>
/// Reads the JSON of a safetensors header token by token: a document tree of hostile JSON can be many times as large as
/// the text.
/// </summary>
internal ref struct SafetensorsHeaderReader
{
    private const string MetadataKey = "__metadata__";
    private const int MaximumDepth = 8;
    private const int MaximumDimensions = 64;
    private const int CharactersShown = 40;

    private readonly string _path;
    private Utf8JsonReader _json;

    internal SafetensorsHeaderReader(string path, ReadOnlySpan<byte> json)
    {
        _path = path;
        _json = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaximumDepth });
    }

    /// <summary>Fills both tables.</summary>
    /// <exception cref="SafetensorsException">The text is no JSON, or does not describe tensors.</exception>
    internal void Read(Dictionary<string, TensorInfo> tensors, Dictionary<string, string> metadata)
    {
        try
        {
            ReadEntries(tensors, metadata);
        }
        // The reader answers an escaped half of a surrogate pair with an InvalidOperationException.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new SafetensorsException(_path, $"the header is not valid JSON: {exception.Message}", exception);
        }
    }

    private void ReadEntries(Dictionary<string, TensorInfo> tensors, Dictionary<string, string> metadata)
    {
        var hasMetadata = false;
        _json.Read();
        while (Next() == JsonTokenType.PropertyName)
        {
            var name = _json.GetString()!;
            if (Next() != JsonTokenType.StartObject)
                throw Error($"'{name}' is not an object");
            if (name != MetadataKey)
            {
                if (!tensors.TryAdd(name, ReadTensor(name)))
                    throw Error($"tensor '{name}' is described twice");
                continue;
            }
            if (hasMetadata)
                throw Error($"{MetadataKey} is given twice");
            hasMetadata = true;
            ReadMetadata(metadata);
        }
        // Fails if anything but white space follows.
        _json.Read();
    }

    private void ReadMetadata(Dictionary<string, string> metadata)
    {
        while (Next() == JsonTokenType.PropertyName)
        {
            var key = _json.GetString()!;
            if (Next() != JsonTokenType.String)
                throw Error($"{MetadataKey} '{key}' is not a text");
            if (!metadata.TryAdd(key, _json.GetString()!))
                throw Error($"{MetadataKey} '{key}' is given twice");
        }
    }

    private TensorInfo ReadTensor(string name)
    {
        ScalarType? dtype = null;
        long[]? shape = null, offsets = null;
        while (Next() == JsonTokenType.PropertyName)
        {
            if (_json.ValueTextEquals("dtype") && dtype is null)
                dtype = ReadDtype(name);
            else if (_json.ValueTextEquals("shape") && shape is null)
                shape = ReadNumbers(name, "shape", MaximumDimensions);
            else if (_json.ValueTextEquals("data_offsets") && offsets is null)
                offsets = ReadNumbers(name, "data_offsets", 2);
            else
                throw Error($"tensor '{name}' has an unknown field '{_json.GetString()}', or has it twice");
        }
        if (dtype is not { } type)
            throw Error($"tensor '{name}' has no 'dtype'");
        if (shape is null)
            throw Error($"tensor '{name}' has no 'shape'");
        if (offsets is not [var begin, var end] || begin > end)
            throw Error($"'data_offsets' of tensor '{name}' is not a pair [begin, end] with begin ≤ end");
        var size = ByteSize(name, shape, SafetensorsDtype.SizeOf(type));
        if (end - begin != size)
            throw Error($"tensor '{name}' of shape [{string.Join(", ", shape)}] needs {size} bytes, but 'data_offsets' gives it {end - begin}");
        return new TensorInfo(type, shape, begin, end);
    }

    private ScalarType ReadDtype(string name)
    {
        if (Next() != JsonTokenType.String)
            throw Error($"tensor '{name}' has no 'dtype' that is a text");
        var text = _json.GetString()!;
        return SafetensorsDtype.TryParse(text, out var dtype)
            ? dtype
            : throw Error($"'dtype' of tensor '{name}' is '{text}', which is not supported; supported are {SafetensorsDtype.Names}");
    }

    private long[] ReadNumbers(string name, string key, int most)
    {
        if (Next() != JsonTokenType.StartArray)
            throw Error($"tensor '{name}' has no '{key}' that is a list");
        var numbers = new List<long>();
        while (Next() != JsonTokenType.EndArray)
        {
            if (_json.TokenType != JsonTokenType.Number || !_json.TryGetInt64(out var number) || number < 0)
                throw Error($"'{key}' of tensor '{name}' holds {Token()}, which is not a whole number ≥ 0");
            if (numbers.Count == most)
                throw Error($"'{key}' of tensor '{name}' has more than {most} values");
            numbers.Add(number);
        }
        return [.. numbers];
    }

    // Zeros count as ones: a tensor without elements has strides nonetheless.
    private readonly long ByteSize(string name, long[] shape, int elementSize)
    {
        try
        {
            var size = shape.Aggregate((long)elementSize, (product, length) => checked(product * Math.Max(1, length)));
            return shape.Contains(0) ? 0 : size;
        }
        catch (OverflowException)
        {
            throw Error($"'shape' of tensor '{name}', [{string.Join(", ", shape)}], is too large");
        }
    }

    private JsonTokenType Next()
    {
        _json.Read();
        return _json.TokenType;
    }

    private readonly string Token() =>
        Encoding.UTF8.GetString(_json.ValueSpan[..Math.Min(_json.ValueSpan.Length, CharactersShown)]);

    private readonly SafetensorsException Error(string problem) => new(_path, problem + ".");
}
