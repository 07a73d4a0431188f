using System.Security.Cryptography;
using CsCheck;
using MLNet.SynthAugment.Build;

namespace MLNet.SynthAugment.Diffusion.Tests.Build;

/// <summary>How TorchSharp's library is changed for older C++ run-time libraries (eng/OlderCppRuntime.cs).</summary>
public class OlderCppRuntimeTests
{
    private const byte WeakVersion = 2;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Three_places_change(bool hasHeadersFirst)
    {
        var library = new SmallLibrary { HasHeadersFirst = hasHeadersFirst };
        var bytes = library.ToBytes();
        var expected = bytes.ToArray();
        expected[library.FlagsOf["GLIBCXX_3.4.30"]] = WeakVersion;
        expected[library.FlagsOf["GLIBCXX_3.4.32"]] = WeakVersion;
        expected[library.VersionOf[SmallLibrary.Wait]] = 10;

        var original = bytes.ToArray();
        Assert.Equal(expected, NewerCppRuntime.MakeDispensable(bytes));
        Assert.Equal(original, bytes);
    }

    [Fact]
    public void What_is_dispensable_stays_so()
    {
        var once = NewerCppRuntime.MakeDispensable(new SmallLibrary().ToBytes());
        Assert.Equal(once, NewerCppRuntime.MakeDispensable(once));
    }

    [Fact]
    public void Says_whether_gcc_13_is_asked_for()
    {
        Assert.True(NewerCppRuntime.IsNeededBy(new SmallLibrary().ToBytes()));
        Assert.False(NewerCppRuntime.IsNeededBy(
            new SmallLibrary { Needed = [(SmallLibrary.CppRuntime, [("GLIBCXX_3.4.30", 29)])] }.ToBytes()));
        Assert.False(NewerCppRuntime.IsNeededBy(
            new SmallLibrary { Needed = [("libc++.so.1", [("GLIBCXX_3.4.32", 18)])] }.ToBytes()));
    }

    public static TheoryData<string, byte[]> OtherFiles => new()
    {
        { "it is damaged", [] },
        { "it is no 64-bit little-endian ELF file", "#!/bin/sh\n"u8.ToArray() },
        { "it is no 64-bit little-endian ELF file", new SmallLibrary { Class = 1 }.ToBytes() },
        { "it is no 64-bit little-endian ELF file", new SmallLibrary { ByteOrder = 2 }.ToBytes() },
        { "it does not ask for GLIBCXX_3.4.32", Needing(("GLIBCXX_3.4.30", 29), ("GLIBCXX_3.4.11", 10)) },
        { "it does not ask for GLIBCXX_3.4.11", Needing(("GLIBCXX_3.4.30", 29), ("GLIBCXX_3.4.32", 18)) },
        { "it looks up _ZSt21ios_base_library_initv, which came with GLIBCXX_3.4.32",
            With((SmallLibrary.InitialiseStreams, 18, true)) },
        { "it looks up _ZSt4newerv, which came with GLIBCXX_3.4.30", With(("_ZSt4newerv", 29, true)) },
    };

    [Theory]
    [MemberData(nameof(OtherFiles))]
    public void Other_files_are_refused(string reason, byte[] file) =>
        Assert.Equal(reason, Assert.Throws<InvalidDataException>(() => NewerCppRuntime.MakeDispensable(file)).Message);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_truncated_file_is_refused(bool hasHeadersFirst)
    {
        var bytes = new SmallLibrary { HasHeadersFirst = hasHeadersFirst }.ToBytes();
        for (var length = 0; length < bytes.Length; length++)
            Assert.Equal("it is damaged",
                Assert.Throws<InvalidDataException>(() => NewerCppRuntime.MakeDispensable(bytes[..length])).Message);
    }

    [Fact]
    public void A_damaged_file_is_changed_or_refused()
    {
        var bytes = new SmallLibrary().ToBytes();
        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte).Array[1, 8].Sample(damages =>
        {
            var damaged = bytes.ToArray();
            foreach (var (place, value) in damages)
                damaged[place] = value;
            try
            {
                Assert.Equal(damaged.Length, NewerCppRuntime.MakeDispensable(damaged).Length);
            }
            catch (InvalidDataException)
            {
            }
        }, iter: 10_000);
    }

    [RealLibraryFact]
    public void The_library_of_torchsharp_is_changed_in_three_places()
    {
        var library = File.ReadAllBytes(RealLibraryFactAttribute.LibraryPath);
        var changed = NewerCppRuntime.MakeDispensable(library);
        Assert.Equal(library.Length, changed.Length);
        Assert.Equal(3, library.Zip(changed).Count(pair => pair.First != pair.Second));
        var targets = File.ReadAllText(Repository.PathOf("eng", "OlderCppRuntime.targets"));
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(library)), targets);
    }

    private static byte[] Needing(params IReadOnlyList<(string, int)> versions) => new SmallLibrary
    { Needed = [(SmallLibrary.CppRuntime, versions)] }.ToBytes();

    private static byte[] With((string Name, int Version, bool IsLookedUp) symbol) => new SmallLibrary
    { Symbols = [("", 0, false), symbol] }.ToBytes();
}
