using System.Buffers.Binary;
using System.Text;

namespace MLNet.SynthAugment.Diffusion.Tests.Weights;

/// <summary>Safetensors files with one to three things wrong with them; equal seeds give equal files.</summary>
internal sealed class DamagedSafetensors(Random random)
{
    private const string Missing = "\0";
    private const int DataLength = 15;

    private static readonly string[] s_numbers =
    [
        "0", "1", "2", "3", "8", "-1", "-8", "2.5", "8.0", "1e2", "1e400", "NaN", "Infinity", "\"8\"", "null", "true",
            "[]", "{}", "0x10", "08", "",
        "10000000000", "2147483648", "4294967296", "4611686018427387904", "9223372036854775807", "9223372036854775808",
            "-9223372036854775808", "1e30",
    ];
    private static readonly string[] s_dtypes =
    [
        "\"F32\"", "\"F16\"", "\"BF16\"", "\"F64\"", "\"I64\"", "\"U8\"", "\"BOOL\"", "\"F8_E4M3\"", "\"f32\"", "\"\"",
            "\"F32\\u0000\"", "\"\\ud800\"", "32", "null", "[]", Missing,
    ];
    private static readonly string[] s_lists =
    [
        "[]", "[[]]", "{}", "null", "\"[2]\"", "2", "[null]", "[0]", "[0,9223372036854775807]",
            "[9223372036854775807,0]", "[4611686018427387904,4]", "[65536,65536,65536,65536]",
        "[8,0]", "[0,8,16]", "[0]", "[-1,7]", "[0,8]", "[8,11]", "[7,10]", "[9,12]", "[0,11]", "[0,10000000000]",
            "[9223372036854775800,9223372036854775807]", Missing,
    ];
    private static readonly string[] s_names =
    [
        "\"a\"", "\"b\"", "\"\\u0061\"", "\"__metadata__\"", "\"\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\ud800\\udc00\"",
            "\"ÿ\"", "\"../../etc/passwd\"", "\"a\\nb\"", "a", "1", "null",
    ];
    private static readonly string[] s_metadata =
    [
        "{}", "{\"format\":\"pt\"}", "{\"format\":1}", "{\"format\":null}", "{\"a\":\"1\",\"a\":\"2\"}", "[]", "null",
            "\"pt\"", "{\"a\":{}}", "{\"\\ud800\":\"x\"}", "{\"x\":\"\\ud800\"}",
    ];
    private static readonly ulong[] s_lengths =
        [0, 1, 2, 7, 8, 100, 99_999_999, 100_000_000, 100_000_001, 10_000_000_000, int.MaxValue, uint.MaxValue,
        long.MaxValue, ulong.MaxValue, 0x8000000000000000];

    private sealed class Entry
    {
        public required string Name;
        public required string Dtype;
        public required string Shape;
        public required string Offsets;
        public string Extra = "";

        public override string ToString()
        {
            (string Key, string Value)[] fields = [("dtype", Dtype), ("shape", Shape), ("data_offsets", Offsets)];
            return $"{Name}:{{{string.Join(',', fields.Where(field => field.Value != Missing).Select(field => $"\"{field.Key}\":{field.Value}"))}{Extra}}}";
        }
    }

    /// <summary>The bytes of the file that the others are made from.</summary>
    public static byte[] Undamaged
    {
        get
        {
            var json = Encoding.UTF8.GetBytes($"{{{string.Join(',', Entries())}}}");
            return [.. BitConverter.GetBytes((long)json.Length), .. json, .. new byte[DataLength]];
        }
    }

    /// <summary>The bytes of a damaged file.</summary>
    public byte[] Next()
    {
        var entries = Entries();
        var header = new StringBuilder("{");
        if (random.Next(4) == 0)
            header.Append("\"__metadata__\":").Append(Pick(s_metadata)).Append(',');
        for (var change = random.Next(3); change > 0; change--)
            ChangeEntry(entries);
        header.AppendJoin(',', entries).Append('}');
        if (random.Next(10) == 0)
            ChangeText(header);

        var json = (random.Next(20) == 0 ? Encoding.Latin1 : Encoding.UTF8).GetBytes(header.ToString());
        var length = random.Next(8) == 0
            ? (random.Next(2) == 0 ? Pick(s_lengths) : (ulong)(json.Length + random.Next(-3, 4))) : (ulong)json.Length;
        var prefix = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, length);
        byte[] file = [.. prefix, .. json, .. new byte[random.Next(10) == 0 ? random.Next(40) : DataLength]];
        return ChangeBytes(file);
    }

    private static List<Entry> Entries() =>
    [
        new() { Name = "\"a\"", Dtype = "\"F32\"", Shape = "[2]", Offsets = "[0,8]" },
        new() { Name = "\"b\"", Dtype = "\"U8\"", Shape = "[3]", Offsets = "[8,11]" },
        new() { Name = "\"c\"", Dtype = "\"BF16\"", Shape = "[2,1]", Offsets = "[11,15]" },
    ];

    private void ChangeEntry(List<Entry> entries)
    {
        var entry = entries[random.Next(entries.Count)];
        switch (random.Next(9))
        {
            case 0: entry.Name = Pick(s_names); break;
            case 1: entry.Dtype = Pick(s_dtypes); break;
            case 2: entry.Shape = Pick(s_lists); break;
            case 3: entry.Offsets = Pick(s_lists); break;
            case 4: entry.Shape = $"[{string.Join(',', Enumerable.Range(0, random.Next(5)).Select(_ => Pick(s_numbers)))}]"; break;
            case 5: entry.Offsets = $"[{Pick(s_numbers)},{Pick(s_numbers)}]"; break;
            case 6: entry.Extra = random.Next(2) == 0 ? ",\"extra\":1" : ",\"dtype\":\"F32\""; break;
            case 7: entries.Remove(entry); break;
            default: entries.Add(entry); break;
        }
        if (entries.Count == 0)
            entries.Add(entry);
    }

    private void ChangeText(StringBuilder header)
    {
        switch (random.Next(7))
        {
            case 0: header.Insert(0, new string('[', random.Next(1, 5000))); break;
            case 1: header.Insert(1, string.Concat(Enumerable.Repeat("\"x\":{", random.Next(1, 5000)))); break;
            case 2: header.Insert(0, '\ufeff'); break;
            case 3: header.Append(new string(random.Next(2) == 0 ? ' ' : '\0', random.Next(1, 5000))); break;
            case 4: header.Insert(1, $"\"{new string('n', random.Next(1, 20000))}\":"); break;
            case 5:
                header.Insert(1,
                $"\"many\":{{\"dtype\":\"U8\",\"shape\":[{string.Join(',', Enumerable.Repeat("1", random.Next(1, 3000)))}],\"data_offsets\":[15,16]}},"); break;
            default:
                header.Insert(1,
                string.Concat(Enumerable.Range(0, random.Next(1, 2000))
                    .Select(i => $"\"t{i}\":{{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}},"))); break;
        }
    }

    private byte[] ChangeBytes(byte[] file)
    {
        switch (random.Next(8))
        {
            case 0:
                return file[..random.Next(file.Length)];
            case 1:
                for (var change = random.Next(1, 9); change > 0; change--)
                    file[random.Next(Math.Min(file.Length, 300))] ^= (byte)(1 << random.Next(8));
                return file;
            case 2:
                file[random.Next(file.Length)] = (byte)random.Next(256);
                return file;
            case 3:
                var (from, to) = (random.Next(file.Length), random.Next(file.Length));
                return [.. file[..from], .. file[to..]];
            default:
                return file;
        }
    }

    private T Pick<T>(T[] choices) => choices[random.Next(choices.Length)];
}
