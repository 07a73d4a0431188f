using System.Text.Unicode;
using Microsoft.Win32.SafeHandles;

namespace MLNet.SynthAugment.Diffusion.Weights;

/// <summary>
/// The JSON at the head of a safetensors file. The file may come from anywhere, so everything is checked: the tensors
/// must fill the data part exactly, without holes and without overlap.
/// </summary>
internal sealed class SafetensorsHeader
{
    // The format allows 100 MB; the largest models that are published need less than 1 MB.
    private const long MaximumLength = 1 << 25;
    private const int LengthBytes = sizeof(ulong);

    private readonly string _path;
    private readonly Dictionary<string, TensorInfo> _tensors = [];
    private readonly Dictionary<string, string> _metadata = [];

    private SafetensorsHeader(string path) => _path = path;

    internal IReadOnlyDictionary<string, TensorInfo> Tensors => _tensors;

    internal IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Reads and checks the header of an open file.</summary>
    /// <returns>The header, and where the data begin.</returns>
    internal static (SafetensorsHeader Header, long DataStart) Read(string path, SafeFileHandle handle)
    {
        var header = new SafetensorsHeader(path);
        if (PickleFiles.IsNamed(path))
            throw header.PickleError();
        var fileLength = RandomAccess.GetLength(handle);
        if (fileLength < LengthBytes)
            throw header.Error(
                $"the file has {fileLength} bytes, too few for the length of a header; it is truncated or empty");
        Span<byte> prefix = stackalloc byte[LengthBytes];
        FileBytes.ReadExactly(path, handle, prefix, 0);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        // Read as a length, the first bytes of a pickle are far above the limit; only then do they mean anything.
        if (length > MaximumLength && PickleFiles.BeginsAs(prefix))
            throw header.PickleError();
        if (length > MaximumLength)
            throw header.Error($"the header's length, {length}, is above the {MaximumLength} bytes that a file for any "
                + "model needs; this is not a safetensors file");
        var dataStart = LengthBytes + (long)length;
        if (dataStart > fileLength)
            throw header.Error($"the header's length is {length} bytes, but the file has only {fileLength}; it is "
                + "truncated: download it again");
        // A first look at one byte, before memory is taken for a header that may be none.
        if (length > 0)
            FileBytes.ReadExactly(path, handle, prefix[..1], LengthBytes);
        if (length == 0 || prefix[0] != (byte)'{')
            throw header.Error("the header does not begin with '{'; this is not a safetensors file");
        var json = new byte[length];
        FileBytes.ReadExactly(path, handle, json, LengthBytes);
        header.Parse(json, fileLength - dataStart);
        return (header, dataStart);
    }

    private void Parse(ReadOnlySpan<byte> json, long dataLength)
    {
        if (!Utf8.IsValid(json))
            throw Error("the header is not valid UTF-8");
        new SafetensorsHeaderReader(_path, json).Read(_tensors, _metadata);
        RequireFilled(dataLength);
    }

    private void RequireFilled(long dataLength)
    {
        var position = 0L;
        foreach (var (name, info) in _tensors.OrderBy(entry => entry.Value.Begin).ThenBy(entry => entry.Value.End))
        {
            if (info.End > dataLength)
                throw Error($"tensor '{name}' ends at byte {info.End} of the data, but the file holds only "
                    + $"{dataLength}; it is truncated: download it again");
            if (info.Begin != position)
                throw Error($"'data_offsets' of tensor '{name}' begins at {info.Begin} where {position} is expected; "
                    + "tensors must neither overlap nor leave holes");
            position = info.End;
        }
        if (position != dataLength)
            throw Error($"the tensors take {position} bytes, but {dataLength} bytes of data follow the header");
    }

    private SafetensorsException PickleError() =>
        Error(PickleFiles.Refusal(Path.GetFileNameWithoutExtension(_path) + ".safetensors"));

    private SafetensorsException Error(string problem) => new(_path, problem + ".");
}

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
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new SafetensorsException(_path, $"the header is not valid JSON: {error.Message}", error);
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
            throw Error($"tensor '{name}' of shape [{string.Join(", ", shape)}] needs {size} bytes, but 'data_offsets' "
                + $"gives it {end - begin}");
        return new TensorInfo(type, shape, begin, end);
    }

    private ScalarType ReadDtype(string name)
    {
        if (Next() != JsonTokenType.String)
            throw Error($"tensor '{name}' has no 'dtype' that is a text");
        var text = _json.GetString()!;
        return SafetensorsDtype.TryParse(text, out var dtype)
            ? dtype
            : throw Error(
                $"'dtype' of tensor '{name}' is '{text}', which is not supported; supported are "
                    + SafetensorsDtype.Names);
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

/// <summary>The safetensors names of torch's element types.</summary>
internal static class SafetensorsDtype
{
    private static readonly (string Name, ScalarType Type, int Bytes)[] s_known =
    [
        ("F64", ScalarType.Float64, 8),
        ("F32", ScalarType.Float32, 4),
        ("F16", ScalarType.Float16, 2),
        ("BF16", ScalarType.BFloat16, 2),
        ("I64", ScalarType.Int64, 8),
        ("I32", ScalarType.Int32, 4),
        ("I16", ScalarType.Int16, 2),
        ("I8", ScalarType.Int8, 1),
        ("U8", ScalarType.Byte, 1),
        ("BOOL", ScalarType.Bool, 1),
    ];

    internal static string Names => string.Join(", ", s_known.Select(entry => entry.Name));

    internal static bool TryParse(string name, out ScalarType type)
    {
        foreach (var entry in s_known)
        {
            if (entry.Name != name)
                continue;
            type = entry.Type;
            return true;
        }
        type = default;
        return false;
    }

    internal static string NameOf(ScalarType type) =>
        s_known.FirstOrDefault(entry => entry.Type == type).Name
        ?? throw new ArgumentException(
        $"Tensors of type {type} cannot be written to a safetensors file; these can: {Names}.");

    internal static int SizeOf(ScalarType type) => s_known.First(entry => entry.Type == type).Bytes;
}
