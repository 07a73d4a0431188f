namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>
/// The names in a zip's central directory, in its order. <c>ZipArchive</c> tells neither the names' bytes, nor whether
/// they are said to be UTF-8, nor
/// their extra fields.
/// </summary>
internal static class ZipDirectory
{
    private const int HeaderLength = 46;
    private const int EndLength = 22;
    private const int Zip64LocatorLength = 20;
    private const int Zip64EndLength = 56;
    private const int MaxCommentLength = ushort.MaxValue;
    private const uint Header = 0x02014b50;
    private const uint End = 0x06054b50;
    private const uint Zip64Locator = 0x07064b50;
    private const ushort UnicodePath = 0x7075;
    private const ushort Utf8Flag = 1 << 11;

    /// <summary>Reads the names.</summary>
    /// <param name="zip">The zip file.</param>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static IReadOnlyList<ZipName> Read(Stream zip)
    {
        try
        {
            var (offset, count) = Locate(zip);
            zip.Position = offset;
            using var reader = new BinaryReader(new BufferedStream(zip, 1 << 16), Encoding.Latin1, leaveOpen: true);
            var names = new List<ZipName>();
            for (var i = 0L; i < count; i++)
                names.Add(ReadName(reader));
            return names;
        }
        catch (Exception error) when (error is EndOfStreamException or IOException or ArgumentException)
        {
            throw new InvalidDataException("its directory is damaged", error);
        }
    }

    private static (long Offset, long Count) Locate(Stream zip)
    {
        var tail = new byte[(int)Math.Min(zip.Length, EndLength + MaxCommentLength + Zip64LocatorLength)];
        zip.Position = zip.Length - tail.Length;
        zip.ReadExactly(tail);
        for (var at = tail.Length - EndLength; at >= 0; at--)
        {
            var end = tail.AsSpan(at);
            if (BinaryPrimitives.ReadUInt32LittleEndian(end) != End)
                continue;
            var (count, offset) = (BinaryPrimitives.ReadUInt16LittleEndian(end[10..]),
                BinaryPrimitives.ReadUInt32LittleEndian(end[16..]));
            var locator = at - Zip64LocatorLength;
            if ((count == ushort.MaxValue || offset == uint.MaxValue) && locator >= 0
                && BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(locator)) == Zip64Locator)
                return LocateZip64(zip, BinaryPrimitives.ReadInt64LittleEndian(tail.AsSpan(locator + 8)));
            return (offset, count);
        }
        throw new InvalidDataException("it has no directory");
    }

    private static (long Offset, long Count) LocateZip64(Stream zip, long at)
    {
        var end = new byte[Zip64EndLength];
        zip.Position = at;
        zip.ReadExactly(end);
        return (BinaryPrimitives.ReadInt64LittleEndian(end.AsSpan(48)),
            BinaryPrimitives.ReadInt64LittleEndian(end.AsSpan(32)));
    }

    private static ZipName ReadName(BinaryReader reader)
    {
        var header = reader.ReadBytes(HeaderLength);
        if (header.Length < HeaderLength || BinaryPrimitives.ReadUInt32LittleEndian(header) != Header)
            throw new InvalidDataException("its directory is damaged");
        int Length(int at) => BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(at));
        var (name, extra) = (reader.ReadBytes(Length(28)), reader.ReadBytes(Length(30)));
        reader.ReadBytes(Length(32));
        return new ZipName(name, (Length(8) & Utf8Flag) != 0, UnicodePathIn(extra, name));
    }

    // Info-ZIP's field: a version, the checksum of the name that it stands for, and the name in UTF-8.
    private static string? UnicodePathIn(ReadOnlySpan<byte> extra, byte[] name)
    {
        const int lengthOfStart = 5;
        while (extra.Length >= 4)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (length > extra.Length - 4)
                return null;
            var field = extra.Slice(4, length);
            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == UnicodePath && length > lengthOfStart && field[0] == 1
                && BinaryPrimitives.ReadUInt32LittleEndian(field[1..]) == Checksum(name))
                return ZipNameDecoder.DecodeUtf8(field[lengthOfStart..].ToArray());
            extra = extra[(4 + length)..];
        }
        return null;
    }

    // CRC-32 as zips have it.
    private static uint Checksum(byte[] bytes)
    {
        var sum = uint.MaxValue;
        foreach (var value in bytes)
        {
            sum ^= value;
            for (var bit = 0; bit < 8; bit++)
                sum = (sum >> 1) ^ (0xEDB88320 & (0u - (sum & 1)));
        }
        return ~sum;
    }
}

/// <summary>The name of a zip entry as the zip has it.</summary>
/// <param name="Bytes">The name's bytes, in an encoding that nobody states unless <paramref name="IsUtf8"/>.</param>
/// <param name="IsUtf8">Whether the zip says that they are UTF-8.</param>
/// <param name="Unicode">The name of the Unicode path extra field (0x7075), if it is there and belongs to these
/// bytes.</param>
internal sealed record ZipName(byte[] Bytes, bool IsUtf8, string? Unicode);
