using Microsoft.Win32.SafeHandles;

namespace MLNet.SynthAugment.Diffusion.Weights;

/// <summary>
/// A safetensors file: opening reads only the header, and a tensor is copied once, from the file to where it is wanted.
/// Reading from several threads is safe.
/// </summary>
/// <remarks>
/// The file is read, not mapped into memory: pages of a mapping would count as this process's memory beside the tensors
/// filled from them, and a file that is cut while it is mapped kills the process.
/// </remarks>
public sealed class SafetensorsFile : IDisposable
{

    // A span holds at most 2 GB, so a large tensor is read in pieces; those that are converted or go to a GPU pass
    // through a buffer, which is small beside the models that need it.
    private const long DirectBytes = 1 << 30;
    private const long StagedBytes = 1 << 24;

    private readonly SafeFileHandle _handle;
    private readonly SafetensorsHeader _header;
    private readonly long _dataStart;

    private SafetensorsFile(string path, SafeFileHandle handle, SafetensorsHeader header, long dataStart)
    {
        Path = path;
        _handle = handle;
        _header = header;
        _dataStart = dataStart;
    }

    /// <summary>The file's path.</summary>
    public string Path { get; }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, TensorInfo> Tensors => _header.Tensors;

    /// <summary>The free texts of the header's <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Opens a file and checks its whole header.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="SafetensorsException">The file is damaged or is no safetensors file.</exception>
    /// <exception cref="InvalidOperationException">libtorch does not load.</exception>
    public static SafetensorsFile Open(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no weight file {path}.", path);
        TorchLibrary.Load();
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.SequentialScan);
        try
        {
            var (header, dataStart) = SafetensorsHeader.Read(path, handle);
            return new SafetensorsFile(path, handle, header, dataStart);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
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

    /// <summary>
    /// Copies a tensor into one of the same shape, converting the type and moving it to the device if need be.
    /// </summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="destination">The tensor to fill.</param>
    /// <exception cref="SafetensorsException">There is no tensor of that name, or it has another shape.</exception>
    public void CopyTo(string name, Tensor destination)
    {
        var info = Info(name);
        if (!destination.shape.SequenceEqual(info.Shape))
            throw new SafetensorsException(
                Path, $"tensor '{name}' has shape [{string.Join(", ", info.Shape)}], but "
                    + $"[{string.Join(", ", destination.shape)}] is expected.");
        if (info.Begin == info.End)
            return;
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var target = destination.detach();
        if (!target.is_contiguous())
            target.copy_(Read(name));
        else if (target.device_type == TorchSharp.DeviceType.CPU && target.dtype == info.Dtype)
            FillDirectly(target.reshape(-1), info);
        else
            FillStaged(target.reshape(-1), info);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _handle.Dispose();

    private TensorInfo Info(string name) =>
        Tensors.TryGetValue(name, out var info)
            ? info : throw new SafetensorsException(Path, $"there is no tensor '{name}'.");

    private void FillDirectly(Tensor flat, TensorInfo info)
    {
        foreach (var (start, count, offset) in Pieces(info, DirectBytes))
        {
            using var piece = flat.narrow(0, start, count);
            FileBytes.ReadExactly(Path, _handle, piece.bytes, offset);
        }
    }

    private void FillStaged(Tensor flat, TensorInfo info)
    {
        var elements = Math.Min(flat.NumberOfElements, StagedBytes / SafetensorsDtype.SizeOf(info.Dtype));
        using var buffer = empty([elements], dtype: info.Dtype);
        foreach (var (start, count, offset) in Pieces(info, StagedBytes))
        {
            using var staged = buffer.narrow(0, 0, count);
            using var piece = flat.narrow(0, start, count);
            FileBytes.ReadExactly(Path, _handle, staged.bytes, offset);
            piece.copy_(staged);
        }
    }

    // First element, number of elements and place in the file of each piece.
    private IEnumerable<(long Start, long Count, long Offset)> Pieces(TensorInfo info, long pieceBytes)
    {
        var elementSize = SafetensorsDtype.SizeOf(info.Dtype);
        var (total, most) = ((info.End - info.Begin) / elementSize, pieceBytes / elementSize);
        for (var start = 0L; start < total; start += most)
            yield return (start, Math.Min(most, total - start), _dataStart + info.Begin + start * elementSize);
    }
}

/// <summary>What a safetensors header says of one tensor.</summary>
/// <param name="Dtype">Element type.</param>
/// <param name="Shape">Shape; empty for a scalar.</param>
/// <param name="Begin">First byte, counted from the start of the data part.</param>
/// <param name="End">Byte after the last one.</param>
public sealed record TensorInfo(ScalarType Dtype, IReadOnlyList<long> Shape, long Begin, long End);

/// <summary>Reads parts of files.</summary>
internal static class FileBytes
{
    /// <summary>Fills <paramref name="destination"/> from a place in the file.</summary>
    /// <exception cref="SafetensorsException">The file ends before; it was cut after it was opened.</exception>
    internal static void ReadExactly(string path, SafeFileHandle handle, Span<byte> destination, long offset)
    {
        while (destination.Length > 0)
        {
            var read = RandomAccess.Read(handle, destination, offset);
            if (read == 0)
                throw new SafetensorsException(
                    path, $"the file ends at byte {offset}, in the middle of what its header announces; it was "
                        + "shortened while it was read.");
            destination = destination[read..];
            offset += read;
        }
    }
}

/// <summary>A safetensors file that cannot be used; the message names the file and the field at fault.</summary>
public sealed class SafetensorsException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problem">What is wrong in it, as a sentence.</param>
    /// <param name="innerException">The cause, if another exception showed it.</param>
    public SafetensorsException(string path, string problem, Exception? innerException = null)
        : base($"{path}: {problem}", innerException) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }
}
