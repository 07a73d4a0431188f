using MLNet.SynthAugment.Diffusion.Files;

namespace MLNet.SynthAugment.Diffusion.Weights;

/// <summary>Writes safetensors files. Equal tensors give equal files, byte for byte.</summary>
public static class SafetensorsWriter
{
    private const int HeaderAlignment = 8;

    /// <summary>
    /// Writes the tensors in their own types. The file appears under its name only when it is complete: it is written
    /// under a temporary name beside it and renamed.
    /// </summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="tensors">Names and tensors, on any device.</param>
    /// <param name="metadata">Free texts for the header's <c>__metadata__</c>, or null.</param>
    /// <exception cref="ArgumentException">A name comes twice, or a tensor's type has no safetensors name.</exception>
    public static void Write(
        string path, IEnumerable<KeyValuePair<string, Tensor>> tensors,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        // Wide types first, so that every tensor is aligned to its element size.
        var entries = tensors
            .OrderByDescending(entry => entry.Value.ElementSize)
            .ThenBy(entry => entry.Key, StringComparer.Ordinal)
            .ToList();
        if (entries.GroupBy(entry => entry.Key).FirstOrDefault(group => group.Count() > 1) is { } repeated)
            throw new ArgumentException($"Tensor '{repeated.Key}' is given twice.", nameof(tensors));
        var header = Header(entries, metadata);
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach (var (_, tensor) in entries)
                WriteData(stream, tensor);
        });
    }

    private static byte[] Header(
        List<KeyValuePair<string, Tensor>> entries, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                writer.WriteStartObject("__metadata__");
                foreach (var (key, text) in metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal))
                    writer.WriteString(key, text);
                writer.WriteEndObject();
            }
            var offset = 0L;
            foreach (var (name, tensor) in entries)
            {
                writer.WriteStartObject(name);
                writer.WriteString("dtype", SafetensorsDtype.NameOf(tensor.dtype));
                WriteNumbers(writer, "shape", tensor.shape);
                WriteNumbers(writer, "data_offsets", [offset, offset += tensor.NumberOfElements * tensor.ElementSize]);
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
        }
        while (buffer.Length % HeaderAlignment != 0)
            buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    private static void WriteNumbers(Utf8JsonWriter writer, string name, long[] numbers)
    {
        writer.WriteStartArray(name);
        foreach (var number in numbers)
            writer.WriteNumberValue(number);
        writer.WriteEndArray();
    }

    // A span holds at most 2 GB, so a large tensor is written in pieces.
    private static void WriteData(Stream stream, Tensor tensor)
    {
        const long pieceBytes = 1 << 30;
        using var scope = NewDisposeScope();
        var flat = tensor.detach().cpu().contiguous().reshape(-1);
        var pieceLength = pieceBytes / flat.ElementSize;
        for (var start = 0L; start < flat.NumberOfElements; start += pieceLength)
            stream.Write(flat.narrow(0, start, Math.Min(pieceLength, flat.NumberOfElements - start)).bytes);
    }
}
