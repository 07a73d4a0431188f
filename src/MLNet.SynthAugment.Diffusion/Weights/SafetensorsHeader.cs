using System.Buffers.Binary;
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

    private readonly string path;
    private readonly Dictionary<string, TensorInfo> tensors = [];
    private readonly Dictionary<string, string> metadata = [];

    private SafetensorsHeader(string path) => this.path = path;

    internal IReadOnlyDictionary<string, TensorInfo> Tensors => tensors;

    internal IReadOnlyDictionary<string, string> Metadata => metadata;

    /// <summary>Reads and checks the header of an open file.</summary>
    /// <returns>The header, and where the data begin.</returns>
    internal static (SafetensorsHeader Header, long DataStart) Read(string path, SafeFileHandle handle)
    {
        var header = new SafetensorsHeader(path);
        if (PickleFiles.IsNamed(path))
            throw header.PickleError();
        var fileLength = RandomAccess.GetLength(handle);
        if (fileLength < LengthBytes)
            throw header.Error($"the file has {fileLength} bytes, too few for the length of a header; it is truncated or empty");
        Span<byte> prefix = stackalloc byte[LengthBytes];
        FileBytes.ReadExactly(path, handle, prefix, 0);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        // Read as a length, the first bytes of a pickle are far above the limit; only then do they mean anything.
        if (length > MaximumLength && PickleFiles.BeginsAs(prefix))
            throw header.PickleError();
        if (length > MaximumLength)
            throw header.Error($"the header's length, {length}, is above the {MaximumLength} bytes that a file for any model needs; this is not a safetensors file");
        var dataStart = LengthBytes + (long)length;
        if (dataStart > fileLength)
            throw header.Error($"the header's length is {length} bytes, but the file has only {fileLength}; it is truncated: download it again");
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
        new SafetensorsHeaderReader(path, json).Read(tensors, metadata);
        RequireFilled(dataLength);
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

    private SafetensorsException PickleError() =>
        Error(PickleFiles.Refusal(Path.GetFileNameWithoutExtension(path) + ".safetensors"));

    private SafetensorsException Error(string problem) => new(path, problem + ".");
}
