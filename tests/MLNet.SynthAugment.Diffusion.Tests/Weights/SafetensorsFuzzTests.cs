using MLNet.SynthAugment.Diffusion.Weights;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Weights;

/// <summary>
/// Whatever is in a file, reading it gives tensors or a sentence that names file and fault, quickly and in little
/// memory.
/// </summary>
public sealed class SafetensorsFuzzTests : IDisposable
{
    private const int Files = 12_000;
    private const int BytesAllowed = 50_000_000;
    private const double SecondsAllowed = 1;

    // Every sentence names one of these parts of the file.
    private static readonly string[] s_parts =
        ["header", "dtype", "shape", "data_offsets", "tensor", "__metadata__", "bytes", "is not an object"];

    private readonly string _folder = Directory.CreateTempSubdirectory("fuzz").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Damaged_files_give_a_typed_error_or_tensors()
    {
        var path = Path.Combine(_folder, "damaged.safetensors");
        File.WriteAllBytes(path, DamagedSafetensors.Undamaged);
        Assert.Null(ReadAll(path, seed: -1));
        var (refused, read) = (new HashSet<string>(), 0);
        for (var seed = 0; seed < Files; seed++)
        {
            File.WriteAllBytes(path, new DamagedSafetensors(new Random(seed)).Next());
            var cost = Cost.Start();
            var message = ReadAll(path, seed);
            cost.AssertBelow(SecondsAllowed, BytesAllowed, $"seed {seed}");
            if (message is null)
                read++;
            else
                refused.Add(Kind(message[path.Length..]));
        }
        // The damage is neither always fatal nor always of one kind.
        Assert.InRange(read, Files / 50, Files / 2);
        Assert.True(refused.Count > 15, string.Join('\n', refused));
    }

    [Fact]
    public void Very_many_tensors_are_read_in_time()
    {
        const int count = 50_000;
        var path = Path.Combine(_folder, "many.safetensors");
        var entries = string.Join(
            ',', Enumerable.Range(0, count)
            .Select(i => $"\"t{i}\":{{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[{i},{i + 1}]}}"));
        var header = System.Text.Encoding.UTF8.GetBytes($"{{{entries}}}");
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)header.Length), .. header, .. new byte[count]]);
        var cost = Cost.Start();
        using var file = SafetensorsFile.Open(path);
        Assert.Equal(count, file.Tensors.Count);
        cost.AssertBelow(SecondsAllowed, BytesAllowed, $"{count} tensors");
    }

    [Fact]
    public void A_file_cut_while_it_is_open_gives_an_error()
    {
        using var scope = NewDisposeScope();
        var path = Path.Combine(_folder, "cut.safetensors");
        SafetensorsWriter.Write(path, new Dictionary<string, Tensor> { ["x"] = ones(100_000) });
        using var file = SafetensorsFile.Open(path);
        using (var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            stream.SetLength(1000);
        Assert.Contains("shortened", Assert.Throws<SafetensorsException>(() => file.Read("x")).Message);
    }

    private static string? ReadAll(string path, int seed)
    {
        try
        {
            using var scope = NewDisposeScope();
            using var weights = WeightFiles.OpenFile(path);
            using var file = SafetensorsFile.Open(path);
            foreach (var (name, info) in file.Tensors)
            {
                Assert.Equal(info.Shape, file.Read(name, dtype: ScalarType.Float32).shape);
                Assert.Equal(info.Dtype, file.Read(name).dtype);
            }
            return null;
        }
        catch (SafetensorsException exception)
        {
            Assert.StartsWith(path + ": ", exception.Message);
            Assert.Contains(s_parts, exception.Message[path.Length..].Contains);
            return exception.Message;
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException(
                $"Seed {seed} gives {exception.GetType().Name}: {exception.Message}", exception);
        }
    }

    // The sentence without names and numbers.
    private static string Kind(string message) =>
        new([.. message.Where(letter => char.IsLetter(letter) || letter == ' ').Take(40)]);
}
