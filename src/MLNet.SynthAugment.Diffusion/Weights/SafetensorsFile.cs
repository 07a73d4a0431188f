using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Weights;

/// <summary>
/// A safetensors file, memory-mapped: opening reads only the header, and a tensor is copied once, from the mapping to
/// where it is wanted. Reading from several threads is safe.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    private const int LengthBytes = sizeof(ulong);
    private readonly MemoryMappedFile mapping;
    private readonly MemoryMappedViewAccessor view;
    private readonly SafetensorsHeader header;
    private readonly long dataStart;

    private SafetensorsFile(string path, MemoryMappedFile mapping, MemoryMappedViewAccessor view, SafetensorsHeader header, long dataStart)
    {
        Path = path;
        this.mapping = mapping;
        this.view = view;
        this.header = header;
        this.dataStart = dataStart;
    }

    /// <summary>The file's path.</summary>
    public string Path { get; }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, TensorInfo> Tensors => header.Tensors;

    /// <summary>The free texts of the header's <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata => header.Metadata;

    /// <summary>Opens a file and checks its whole header.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="SafetensorsException">The file is damaged or is no safetensors file.</exception>
    public static SafetensorsFile Open(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no weight file {path}.", path);
        var stream = File.OpenRead(path);
        var (header, dataStart) = ReadHeader(path, stream);
        var mapping = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        return new SafetensorsFile(path, mapping, mapping.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read), header, dataStart);
    }

    /// <summary>Reads a tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="device">Where to put it; the CPU if null.</param>
    /// <param name="dtype">The type to convert it to; the file's own if null.</param>
    /// <returns>A new tensor.</returns>
    /// <exception cref="SafetensorsException">There is no tensor of that name.</exception>
    public Tensor Read(string name, Device? device = null, ScalarType? dtype = null)
    {
        var info = Info(name);
        var tensor = empty([.. info.Shape], dtype: dtype ?? info.Dtype, device: device ?? CPU);
        CopyTo(name, tensor);
        return tensor;
    }

    /// <summary>Copies a tensor into one of the same shape, converting the type and moving it to the device if need be.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="destination">The tensor to fill.</param>
    /// <exception cref="SafetensorsException">There is no tensor of that name, or it has another shape.</exception>
    public void CopyTo(string name, Tensor destination)
    {
        var info = Info(name);
        if (!destination.shape.SequenceEqual(info.Shape))
            throw new SafetensorsException(Path, $"tensor '{name}' has shape [{string.Join(", ", info.Shape)}], but [{string.Join(", ", destination.shape)}] is expected.");
        if (info.Begin == info.End)
            return;
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        if (destination.device_type == TorchSharp.DeviceType.CPU && destination.dtype == info.Dtype && destination.is_contiguous())
        {
            Fill(destination.detach(), info);
            return;
        }
        var staging = empty([.. info.Shape], dtype: info.Dtype);
        Fill(staging, info);
        destination.detach().copy_(staging);
    }

    /// <summary>Unmaps the file.</summary>
    public void Dispose()
    {
        view.Dispose();
        mapping.Dispose();
    }

    private static (SafetensorsHeader Header, long DataStart) ReadHeader(string path, FileStream stream)
    {
        try
        {
            if (stream.Length < LengthBytes)
                throw new SafetensorsException(path, $"the file has {stream.Length} bytes, too few for the length of a header; it is truncated or empty.");
            Span<byte> prefix = stackalloc byte[LengthBytes];
            stream.ReadExactly(prefix);
            var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
            if (length > SafetensorsHeader.MaximumLength)
                throw new SafetensorsException(path, $"the header's length, {length}, is above the format's limit of {SafetensorsHeader.MaximumLength}; this is not a safetensors file.");
            var dataStart = LengthBytes + (long)length;
            if (dataStart > stream.Length)
                throw new SafetensorsException(path, $"the header's length is {length} bytes, but the file has only {stream.Length}; it is truncated: download it again.");
            var json = new byte[length];
            stream.ReadExactly(json);
            return (SafetensorsHeader.Parse(path, json, stream.Length - dataStart), dataStart);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private TensorInfo Info(string name) =>
        Tensors.TryGetValue(name, out var info) ? info : throw new SafetensorsException(Path, $"there is no tensor '{name}'.");

    // A span holds at most 2 GB, so a large tensor is filled in pieces.
    private void Fill(Tensor tensor, TensorInfo info)
    {
        const long pieceBytes = 1 << 30;
        var elementSize = SafetensorsDtype.SizeOf(info.Dtype);
        var flat = tensor.reshape(-1);
        var count = (info.End - info.Begin) / elementSize;
        for (var start = 0L; start < count; start += pieceBytes / elementSize)
        {
            var piece = flat.narrow(0, start, Math.Min(pieceBytes / elementSize, count - start));
            view.SafeMemoryMappedViewHandle.ReadSpan((ulong)(dataStart + info.Begin + start * elementSize), piece.bytes);
        }
    }
}
