using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Lora;

/// <summary>Scales and half precision: what a file cannot hold is moved to where it can, or told.</summary>
public sealed class LoraPrecisionTests : IDisposable
{
    private const string Query = "unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q";
    private const long Rank = 4;

    private readonly string _file = Path.Combine(Path.GetTempPath(), $"lora-{Guid.NewGuid():N}.safetensors");
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly List<string> _warnings = [];

    public static TheoryData<string, Precision> FormatsAndPrecisions
    {
        get
        {
            var data = new TheoryData<string, Precision>();
            foreach (var format in LoraFormat.All)
                foreach (var precision in Enum.GetValues<Precision>())
                    data.Add(format.Name, precision);
            return data;
        }
    }

    public void Dispose()
    {
        _scope.Dispose();
        File.Delete(_file);
    }

    /// <summary>
    /// B's values reach down to where half precision ends, so that a smaller scale would leave nothing of them.
    /// </summary>
    [Theory]
    [MemberData(nameof(FormatsAndPrecisions))]
    public void Adapters_of_every_scale_that_is_a_power_of_two_keep_every_bit(string format, Precision precision)
    {
        foreach (var exponent in Enumerable.Range(-10, 21))
        {
            var (a, b) = (FewDigits(Rank, 5, largest: 4), FewDigits(6, Rank, largest: exponent < 0 ? -21 : 8));
            using var adapter = Adapter(a, b, MathF.ScaleB(Rank, exponent));
            adapter.Save(_file, LoraFormat.Named(format), precision, _warnings.Add);
            Assert.Empty(_warnings);
            using var read = LoraAdapter.Load(_file, [Query]);
            var (written, found) = (adapter.Layers[Query], read.Layers[Query]);
            Assert.Equal(written.Alpha, found.Alpha);
            Assert.True(Tensors.BitEqual(written.A, found.A) && Tensors.BitEqual(written.B, found.B),
                $"{format}, {precision}, 2^{exponent}");
            // Readers that know nothing of notes see the same change.
            Assert.True(Tensors.BitEqual(written.Change(), ChangeInFile()), $"{format}, {precision}, 2^{exponent}");
        }
    }

    /// <summary>
    /// A file of kohya's scripts with rank 64 and alpha 1; folded into B alone, values would become 0.
    /// </summary>
    [Theory]
    [InlineData("Peft")]
    [InlineData("Diffusers")]
    [InlineData("AttentionProcessors")]
    public void What_half_precision_cannot_hold_is_counted(string format)
    {
        using var generator = new Generator(5, CPU);
        var a = (randn([64, 16], generator: generator) * 0.1).to(ScalarType.Float16).to(ScalarType.Float32);
        var b = (randn([16, 64], generator: generator) * 1e-4).to(ScalarType.Float16).to(ScalarType.Float32);
        using var adapter = Adapter(a.clone(), b.clone(), alpha: 1);
        Assert.True(Zeros((b / 64).to(ScalarType.Float16)) > Zeros(b));

        adapter.Save(_file, LoraFormat.Named(format), Precision.Float16, _warnings.Add);
        using var read = LoraAdapter.Load(_file, [Query]);
        var (foundA, foundB) = (read.Layers[Query].A, read.Layers[Query].B);
        Assert.Equal((Zeros(a), Zeros(b)), (Zeros(foundA), Zeros(foundB)));
        var errors = cat([RelativeErrors(a, foundA), RelativeErrors(b, foundB)]);
        var coarse = errors.gt(MathF.ScaleB(1, -11)).sum().item<long>();
        Assert.True(coarse > 0);
        var warning = Assert.Single(_warnings);
        Assert.Contains($"{coarse} of 2048 values, in 1 of 1 layers, are too small for Float16", warning);
        Assert.Contains("0 of them became 0", warning);
        Assert.Contains(_file, warning);
        TensorAssert.CloseRelative(adapter.Layers[Query].Change(), ChangeInFile(), 1e-3);

        adapter.Save(_file, LoraFormat.Kohya, Precision.Float16, Assert.Fail);
        using var kohya = LoraAdapter.Load(_file, [Query]);
        Assert.True(Tensors.BitEqual(a, kohya.Layers[Query].A) && Tensors.BitEqual(b, kohya.Layers[Query].B));
    }

    [Theory]
    [MemberData(nameof(FormatsAndPrecisions))]
    public void Values_that_become_0_are_told(string format, Precision precision)
    {
        // No power of two helps: either matrix has its own tiny value beside large ones.
        var (a, b) = (tensor(new[] { 1000f, 1e-30f, 0 }, [1, 3]), tensor(new[] { 1000f, 1e-30f }, [2, 1]));
        using var adapter = Adapter(a, b, alpha: 1);
        adapter.Save(_file, LoraFormat.Named(format), precision, _warnings.Add);
        if (precision == Precision.Float16)
            Assert.Contains("2 of 5 values, in 1 of 1 layers, are too small for Float16 and lose digits; 2 of them "
                + "became 0. The largest error relative to a value is 1.", Assert.Single(_warnings));
        else
            Assert.Empty(_warnings);
    }

    [Theory]
    [MemberData(nameof(FormatsAndPrecisions))]
    public void Values_never_become_infinite(string format, Precision precision)
    {
        using var adapter = Adapter(full(Rank, 5, 0.5f), full(6, Rank, 80000f), alpha: Rank * 1024);
        adapter.Save(_file, LoraFormat.Named(format), precision, Assert.Fail);
        var tolerance = precision == Precision.BFloat16 ? 1e-2 : 1e-3;
        TensorAssert.CloseRelative(adapter.Layers[Query].Change(), ChangeInFile(), tolerance);

        File.Delete(_file);
        using var huge = Adapter(full(Rank, 5, 1e6f), full(6, Rank, 1e6f), alpha: Rank);
        if (precision == Precision.Float16)
        {
            Assert.Contains($"{Query}: ",
                Assert.Throws<InvalidOperationException>(
                    () => huge.Save(_file, LoraFormat.Named(format), precision)).Message);
            Assert.False(File.Exists(_file));
        }
        else
        {
            huge.Save(_file, LoraFormat.Named(format), precision, Assert.Fail);
        }
    }

    [Theory]
    [InlineData("""{"unet.x.to_q": 40}""")]
    [InlineData("""{"unet.x.to_q": "a"}""")]
    [InlineData("[")]
    public void A_damaged_note_of_powers_of_two_changes_nothing(string note)
    {
        SafetensorsWriter.Write(_file,
            [KeyValuePair.Create("unet.x.to_q.lora_A.weight", ones(2, 3)),
            KeyValuePair.Create("unet.x.to_q.lora_B.weight", ones(2, 2))],
            new Dictionary<string, string> { ["folded_shifts"] = note });
        using var read = LoraAdapter.Load(_file);
        Assert.True(Tensors.BitEqual(ones(2, 3), read.Layers.Values.Single().A));
        Assert.Empty(read.Metadata);
    }

    // Two digits at most, over four powers of two.
    private static Tensor FewDigits(long rows, long columns, int largest) =>
        tensor([.. Enumerable.Range(0, (int)(rows * columns))
            .Select(i => MathF.ScaleB(i % 3 == 0 ? -1 : i % 3, largest - 1 - i % 4))], [rows, columns]);

    private static LoraAdapter Adapter(Tensor a, Tensor b, float alpha) =>
        new([KeyValuePair.Create(Query, new LoraMatrices(a, b, alpha))]);

    private static long Zeros(Tensor tensor) => tensor.eq(0).sum().item<long>();

    private static Tensor RelativeErrors(Tensor expected, Tensor found) =>
        ((found - expected).abs() / expected.abs()).masked_fill(expected.eq(0), 0).flatten();

    /// <summary>alpha / rank · B A from the tensors as they lie in the file.</summary>
    private Tensor ChangeInFile()
    {
        using var file = SafetensorsFile.Open(_file);
        Tensor Read(params string[] endings) =>
            file.Read(file.Tensors.Keys.Single(name =>
                endings.Any(ending => name.Contains(ending, StringComparison.Ordinal))), CPU, ScalarType.Float32);
        var (a, b) = (Read("lora_A", "down"), Read("lora_B", "up.weight"));
        var alpha = file.Tensors.Keys.Any(name => name.EndsWith(".alpha", StringComparison.Ordinal))
            ? Read(".alpha").item<float>()
            : a.shape[0];
        return new LoraMatrices(a, b, alpha).Change();
    }
}
