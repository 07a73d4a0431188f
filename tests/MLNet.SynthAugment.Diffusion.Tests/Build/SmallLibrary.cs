using System.Text;

namespace MLNet.SynthAugment.Diffusion.Tests.Build;

/// <summary>
/// A small ELF library, as far as versions of symbols go. If not told otherwise it asks for what TorchSharp 0.107.0
/// asks for.
/// </summary>
internal sealed class SmallLibrary
{
    public const string CppRuntime = "libstdc++.so.6";
    public const string Wait = "_ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE";
    public const string InitialiseStreams = "_ZSt21ios_base_library_initv";

    private const int HeaderSize = 64;
    private const int SectionCount = 7;

    private readonly List<(uint Type, long Start, long Size, uint Link)> _sections = [];
    private readonly MemoryStream _names = new();

    /// <summary>1 for 32 bits, 2 for 64.</summary>
    public byte Class { get; init; } = 2;

    /// <summary>1 for little-endian, 2 for big-endian.</summary>
    public byte ByteOrder { get; init; } = 1;

    /// <summary>Whether the section headers come before the sections.</summary>
    public bool HasHeadersFirst { get; init; }

    /// <summary>Symbols, with the numbers of their versions, and whether relocations name them.</summary>
    public IReadOnlyList<(string Name, int Version, bool IsLookedUp)> Symbols { get; init; } =
    [
        ("", 0, false),
        ("pthread_cond_clockwait", 24, true),
        (InitialiseStreams, 18, false),
        ("_ZdlPv", 2, true),
        (Wait, 29, true),
        ("THSTensor_new", 1, false),
    ];

    /// <summary>What is needed of other libraries: versions with their numbers.</summary>
    public IReadOnlyList<(string Library, IReadOnlyList<(string Name, int Number)> Versions)> Needed { get; init; } =
    [
        ("libc.so.6", [("GLIBC_2.34", 24)]),
        (CppRuntime, [("GLIBCXX_3.4.30", 29), ("GLIBCXX_3.4.32", 18), ("GLIBCXX_3.4.11", 10), ("GLIBCXX_3.4", 2)]),
    ];

    /// <summary>Where in the written file the flags of a needed version are.</summary>
    public Dictionary<string, int> FlagsOf { get; } = [];

    /// <summary>Where in the written file the version of a symbol is.</summary>
    public Dictionary<string, int> VersionOf { get; } = [];

    /// <summary>Writes the file, once.</summary>
    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using var file = new BinaryWriter(stream);
        stream.SetLength(HasHeadersFirst ? HeaderSize * (1 + SectionCount) : HeaderSize);
        stream.Position = stream.Length;
        Name("");

        _sections.Add((Type: 0, 0, 0, 0));
        WriteSection(11, link: 5, WriteSymbols);
        WriteSection(0x6fffffff, link: 1, WriteVersionsOfSymbols);
        WriteSection(0x6ffffffe, link: 5, WriteNeeded);
        WriteSection(4, link: 1, WriteRelocations);
        WriteSection(3, link: 0, () => file.Write(_names.ToArray()));
        // Memory that begins as zeros takes no place in the file.
        _sections.Add((Type: 8, stream.Length, long.MaxValue, 0));

        var headers = HasHeadersFirst ? HeaderSize : stream.Length;
        WriteSectionHeaders();
        WriteHeader();
        return stream.ToArray();

        void WriteSection(uint type, uint link, Action write)
        {
            var start = stream.Position;
            write();
            _sections.Add((type, start, stream.Position - start, link));
        }

        void WriteSymbols()
        {
            foreach (var (name, version, _) in Symbols)
            {
                file.Write(Name(name));
                file.Write([0x12, 0, (byte)(version == 1 ? 5 : 0), 0]);
                file.Write(new byte[16]);
            }
        }

        void WriteVersionsOfSymbols()
        {
            foreach (var (name, version, _) in Symbols)
            {
                VersionOf[name] = (int)stream.Position;
                file.Write((ushort)version);
            }
        }

        void WriteNeeded()
        {
            foreach (var (library, versions) in Needed)
            {
                file.Write([1, 0, (byte)versions.Count, 0]);
                file.Write(Name(library));
                file.Write(16);
                file.Write(library == Needed[^1].Library ? 0 : 16 * (1 + versions.Count));
                foreach (var (version, number) in versions)
                {
                    // A hash, which is not read.
                    file.Write(0);
                    FlagsOf[version] = (int)stream.Position;
                    file.Write((ushort)0);
                    file.Write((ushort)number);
                    file.Write(Name(version));
                    file.Write(version == versions[^1].Name ? 0 : 16);
                }
            }
        }

        void WriteRelocations()
        {
            foreach (var (symbol, _) in Symbols.Select((s, i) => (i, s)).Where(s => s.s.IsLookedUp))
            {
                file.Write(0L);
                file.Write((long)symbol << 32 | 7);
                file.Write(0L);
            }
        }

        void WriteSectionHeaders()
        {
            stream.Position = headers;
            foreach (var (type, start, size, link) in _sections)
            {
                file.Write(0);
                file.Write(type);
                file.Write(new byte[16]);
                file.Write(start);
                file.Write(size);
                file.Write(link);
                file.Write(new byte[20]);
            }
        }

        void WriteHeader()
        {
            stream.Position = 0;
            file.Write([0x7f, .. "ELF"u8, Class, ByteOrder]);
            stream.Position = 40;
            file.Write(headers);
            stream.Position = 58;
            file.Write((ushort)HeaderSize);
            file.Write((ushort)SectionCount);
        }
    }

    // Where it is among the names.
    private int Name(string name)
    {
        var place = (int)_names.Position;
        _names.Write(Encoding.UTF8.GetBytes(name + "\0"));
        return place;
    }
}
