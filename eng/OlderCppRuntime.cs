#nullable enable
#pragma warning disable IDE0005 // MSBuild has no implicit usings, the tests do.
using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Build.Framework;

namespace MLNet.SynthAugment.Build;

/// <summary>
/// Makes a copy of TorchSharp's native library that runs with the C++ run-time libraries of older Linux systems, where
/// one is needed. MSBuild compiles this file by itself, for .NET Standard 2.0: see OlderCppRuntime.targets.
/// </summary>
public sealed class AdaptToOlderCppRuntime : Microsoft.Build.Utilities.Task
{
    /// <summary>The code of the warning that a program will not run.</summary>
    public const string WarningCode = "SYNTH0001";

    /// <summary>The library as it lies in the package.</summary>
    [Required]
    public string Library { get; set; } = "";

    /// <summary>The copy. Where none is needed, there is none afterwards.</summary>
    [Required]
    public string Copy { get; set; } = "";

    /// <summary>The SHA-256 of the library that is known to run when adapted, as hexadecimal digits.</summary>
    [Required]
    public string KnownSha256 { get; set; } = "";

    /// <summary>Whether the copy is made whatever this system has.</summary>
    public bool Always { get; set; }

    private string Name => Path.GetFileName(Library);

    /// <inheritdoc/>
    public override bool Execute()
    {
        if (File.Exists(Copy))
            File.Delete(Copy);
        if (!Always && SystemLibraries.RunLibraryAsItIs)
            return true;
        var library = File.ReadAllBytes(Library);
        try
        {
            if (IsKnown(library))
                Adapt(library);
            else if (NewerCppRuntime.IsNeededBy(library))
                WarnOfUnadapted("it is not the one of TorchSharp 0.107.0", "use that version, GCC 13's libstdc++");
        }
        catch (InvalidDataException e)
        {
            WarnOfUnadapted(e.Message, "restore its package anew");
        }
        return true;
    }

    private void Adapt(byte[] library)
    {
        WriteCopy(NewerCppRuntime.MakeDispensable(library));
        var example = Always ? "" : ", as this system's is";
        Log.LogMessage(
            MessageImportance.High,
            $"{Name} was adapted to C++ run-time libraries older than GCC 13's{example}; "
            + "-p:TorchSharpForOlderLinux=never switches this off.");
        if (!Always && !SystemLibraries.RunAdaptedLibrary)
            Warn($"Even adapted, {Name} needs glibc 2.34 and GCC 11's libstdc++, which this system does not have: "
                + "run the program on a newer one (Debian 12, Ubuntu 22.04, RHEL 9).");
    }

    // Under another name first: nobody shall see half a file.
    private void WriteCopy(byte[] library)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(Copy))!);
        var unfinished = $"{Copy}.{Path.GetRandomFileName()}";
        File.WriteAllBytes(unfinished, library);
        File.Move(unfinished, Copy);
    }

    private bool IsKnown(byte[] library)
    {
        using var sha256 = SHA256.Create();
        var found = BitConverter.ToString(sha256.ComputeHash(library)).Replace("-", "");
        return found.Equals(KnownSha256, StringComparison.OrdinalIgnoreCase);
    }

    private void WarnOfUnadapted(string reason, string remedy) =>
        Warn($"{Name} was not adapted to C++ run-time libraries older than GCC 13's, because {reason}: "
            + $"{remedy}, or run the program on a newer system (Debian 13, Ubuntu 24.04, RHEL 10).");

    private void Warn(string sentence) => Log.LogWarning(null, WarningCode, null, null, 0, 0, 0, 0, sentence);
}

/// <summary>What the dynamic loader finds on this system; where it is not glibc's, there is nothing to mend.</summary>
internal static class SystemLibraries
{
    private const string CppRuntime = "libstdc++.so.6";
    private const int ResolveLazily = 1;

    /// <summary>Whether this system has what TorchSharp 0.107.0 asks for.</summary>
    public static bool RunLibraryAsItIs => Have(CppRuntime, "_ZSt21ios_base_library_initv", "GLIBCXX_3.4.32");

    /// <summary>Whether this system has what the adapted library still asks for.</summary>
    public static bool RunAdaptedLibrary =>
        Have(CppRuntime, "_ZSt28__throw_bad_array_new_lengthv", "GLIBCXX_3.4.29")
        && Have("libc.so.6", "pthread_cond_clockwait", "GLIBC_2.34");

    private static bool Have(string library, string symbol, string version)
    {
        try
        {
            var handle = Open(library, ResolveLazily);
            return handle == IntPtr.Zero || Find(handle, symbol, version) != IntPtr.Zero;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return true;
        }
    }

    // Before glibc 2.34 they are here only, since then here, too.
    [DllImport("libdl.so.2", EntryPoint = "dlopen")]
    private static extern IntPtr Open(string library, int flags);

    [DllImport("libdl.so.2", EntryPoint = "dlvsym")]
    private static extern IntPtr Find(IntPtr library, string symbol, string version);
}

/// <summary>What TorchSharp 0.107.0 asks of the run-time libraries of GCC 12 and 13, and can do without.</summary>
internal static class NewerCppRuntime
{
    private const string Library = "libstdc++.so.6";
    private const string Gcc12 = "GLIBCXX_3.4.30";
    private const string Gcc13 = "GLIBCXX_3.4.32";

    // Symbols that exist in an older version, too, on new systems as well.
    private static readonly Dictionary<string, string> s_olderVersions = new()
    {
        // std::condition_variable::wait. In the newer one a thread can be cancelled, which .NET does not do.
        ["_ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE"] = "GLIBCXX_3.4.11",
    };

    /// <summary>Whether a library asks for GCC 13's.</summary>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    public static bool IsNeededBy(byte[] library) => new ElfLibrary(library).FindVersion(Library, Gcc13) is not null;

    /// <summary>Makes a library load without.</summary>
    /// <param name="library">The library. It is not changed.</param>
    /// <returns>A changed copy.</returns>
    /// <exception cref="InvalidDataException">It cannot be changed so.</exception>
    public static byte[] MakeDispensable(byte[] library)
    {
        var copy = (byte[])library.Clone();
        var elf = new ElfLibrary(copy);
        MakeDispensable(elf, Gcc12);
        MakeDispensable(elf, Gcc13);
        return copy;
    }

    private static void MakeDispensable(ElfLibrary elf, string versionName)
    {
        var version = Find(elf, versionName);
        foreach (var symbol in elf.SymbolsIn(version))
        {
            var name = elf.NameOf(symbol);
            if (s_olderVersions.TryGetValue(name, out var older))
                elf.SetVersion(symbol, Find(elf, older));
            // Nothing looks up _ZSt21ios_base_library_initv: it asks for a library that initialises std::cout itself.
            // With an older one its users do, as libtorch does, which is loaded first.
            else if (elf.LooksUp(symbol))
                throw new InvalidDataException($"it looks up {name}, which came with {versionName}");
        }
        elf.MakeOptional(version);
    }

    private static NeededVersion Find(ElfLibrary elf, string version) =>
        elf.FindVersion(Library, version) ?? throw new InvalidDataException($"it does not ask for {version}");
}

/// <summary>The symbols of a 64-bit little-endian ELF library, and the versions that it needs of others'.</summary>
internal sealed class ElfLibrary
{
    private const int SectionHeaderSize = 64;
    private const int SymbolSize = 24;
    private const int SymbolVersionSize = 2;
    private const int RelocationSize = 24;

    // Stands beside the number of a symbol's version.
    private const int HiddenSymbol = 0x8000;

    // The loader does not insist on such a version.
    private const int WeakVersion = 2;

    private readonly ElfBytes _file;
    private readonly List<Section> _sections;
    private readonly Section _symbols;
    private readonly Section _symbolVersions;
    private readonly List<NeededVersion> _neededVersions;
    private readonly HashSet<int> _lookedUp;

    /// <summary>Reads a library.</summary>
    /// <param name="file">The file. Changes are made in it.</param>
    /// <exception cref="InvalidDataException">It is another kind of file, or damaged.</exception>
    public ElfLibrary(byte[] file)
    {
        _file = new ElfBytes(file);
        _sections = ReadSections();
        _symbols = FindSection(SectionType.DynamicSymbols);
        _symbolVersions = FindSection(SectionType.SymbolVersions);
        if (_symbolVersions.Size / SymbolVersionSize != _symbols.Size / SymbolSize)
            throw ElfBytes.Damaged();
        _neededVersions = ReadNeededVersions(FindSection(SectionType.NeededVersions));
        _lookedUp = ReadRelocations();
    }

    private enum SectionType : uint
    {
        Relocations = 4,
        WithoutBytes = 8,
        DynamicSymbols = 11,
        NeededVersions = 0x6ffffffe,
        SymbolVersions = 0x6fffffff,
    }

    /// <summary>A version of another library's symbols; null if it is not needed.</summary>
    public NeededVersion? FindVersion(string library, string name) =>
        _neededVersions.Find(v => v.Library == library && v.Name == name);

    /// <summary>The numbers of the symbols that are needed in a version.</summary>
    public List<int> SymbolsIn(NeededVersion version)
    {
        var found = new List<int>();
        for (var symbol = 0; symbol < _symbols.Size / SymbolSize; symbol++)
        {
            if ((_file.Read16(VersionOf(symbol)) & ~HiddenSymbol) == version.Number)
                found.Add(symbol);
        }
        return found;
    }

    /// <summary>The name of a symbol.</summary>
    public string NameOf(int symbol) => ReadName(_symbols, _symbols.Start + (long)symbol * SymbolSize);

    /// <summary>Whether the loader ever looks for a symbol in other libraries.</summary>
    public bool LooksUp(int symbol) => _lookedUp.Contains(symbol);

    /// <summary>Has a symbol taken in another version.</summary>
    public void SetVersion(int symbol, NeededVersion version) => _file.Write16(VersionOf(symbol), version.Number);

    /// <summary>Has the library loaded where there is no such version.</summary>
    public void MakeOptional(NeededVersion version) =>
        _file.Write16(version.Flags, _file.Read16(version.Flags) | WeakVersion);

    private long VersionOf(int symbol) => _symbolVersions.Start + (long)symbol * SymbolVersionSize;

    private Section FindSection(SectionType type) => _sections.Find(s => s.Type == type) ?? throw ElfBytes.Damaged();

    private Section LinkedTo(Section section) =>
        section.Link < _sections.Count ? _sections[(int)section.Link] : throw ElfBytes.Damaged();

    private List<Section> ReadSections()
    {
        if (!_file.StartWith(0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1))
            throw new InvalidDataException("it is no 64-bit little-endian ELF file");
        var header = _file.Read64(40);
        var count = _file.Read16(60);
        var sections = new List<Section>();
        for (var i = 0; i < count; i++, header += SectionHeaderSize)
        {
            _file.Require(header, SectionHeaderSize);
            var type = (SectionType)_file.Read32(header + 4);
            var start = _file.Read64(header + 24);
            var size = _file.Read64(header + 32);
            if (type != SectionType.WithoutBytes)
                _file.Require(start, size);
            sections.Add(new Section(type, start, size, link: _file.Read32(header + 40)));
        }
        return sections;
    }

    // A list of libraries, each with a list of versions; an entry says how far off the next one is, the last says 0.
    private List<NeededVersion> ReadNeededVersions(Section section)
    {
        var found = new List<NeededVersion>();
        var library = section.Start;
        uint toNextLibrary;
        do
        {
            var libraryName = ReadName(section, library + 4);
            var version = library + _file.Read32(library + 8);
            uint toNextVersion;
            do
            {
                var number = _file.Read16(version + 6);
                found.Add(new NeededVersion(libraryName, ReadName(section, version + 8), number, flags: version + 4));
                toNextVersion = _file.Read32(version + 12);
                version += toNextVersion;
            }
            while (toNextVersion != 0);
            toNextLibrary = _file.Read32(library + 12);
            library += toNextLibrary;
        }
        while (toNextLibrary != 0);
        return found;
    }

    // The numbers of the symbols that relocations name.
    private HashSet<int> ReadRelocations()
    {
        var found = new HashSet<int>();
        foreach (var section in _sections.FindAll(s => s.Type == SectionType.Relocations && LinkedTo(s) == _symbols))
        {
            for (var entry = section.Start; entry < section.Start + section.Size; entry += RelocationSize)
                found.Add((int)_file.Read32(entry + 12));
        }
        return found;
    }

    // At the place stands how far into the section's names the name begins.
    private string ReadName(Section section, long place)
    {
        var names = LinkedTo(section);
        return _file.ReadText(names.Start + _file.Read32(place), names.Start + names.Size);
    }

    private sealed class Section(SectionType type, long start, long size, uint link)
    {
        public SectionType Type { get; } = type;

        public long Start { get; } = start;

        public long Size { get; } = size;

        /// <summary>The number of the section that it goes with.</summary>
        public uint Link { get; } = link;
    }
}

/// <summary>A version that a library needs of another's symbols.</summary>
internal sealed class NeededVersion(string library, string name, int number, long flags)
{
    /// <summary>The other library.</summary>
    public string Library { get; } = library;

    /// <summary>The version.</summary>
    public string Name { get; } = name;

    /// <summary>What stands for it beside a symbol.</summary>
    public int Number { get; } = number;

    /// <summary>Where its flags are in the file.</summary>
    public long Flags { get; } = flags;
}

/// <summary>The bytes of an ELF file. What lies outside of it shows that the file is damaged.</summary>
internal sealed class ElfBytes(byte[] bytes)
{
    public static InvalidDataException Damaged() => new("it is damaged");

    public bool StartWith(params byte[] start)
    {
        for (var i = 0; i < start.Length; i++)
        {
            if (Read(i, 1) != start[i])
                return false;
        }
        return true;
    }

    public int Read16(long start) => (int)Read(start, 2);

    public uint Read32(long start) => (uint)Read(start, 4);

    public long Read64(long start) => (long)Read(start, 8);

    /// <summary>Text that ends before a zero.</summary>
    public string ReadText(long start, long end)
    {
        Require(start, end - start);
        var length = Array.IndexOf(bytes, (byte)0, (int)start, (int)(end - start)) - (int)start;
        return length >= 0 ? Encoding.UTF8.GetString(bytes, (int)start, length) : throw Damaged();
    }

    public void Write16(long start, int value)
    {
        Require(start, 2);
        bytes[start] = (byte)value;
        bytes[start + 1] = (byte)(value >> 8);
    }

    public void Require(long start, long size)
    {
        if (start < 0 || size < 0 || start > bytes.Length - size)
            throw Damaged();
    }

    private ulong Read(long start, int size)
    {
        Require(start, size);
        ulong value = 0;
        for (var i = size - 1; i >= 0; i--)
            value = value << 8 | bytes[start + i];
        return value;
    }
}
