using System.Text;
using MLNet.SynthAugment.Diffusion.Autoencoders;
using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.UNets;
using MLNet.SynthAugment.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Weights;

/// <summary>
/// Damaged configs and tokenizer files beside good weights: only the documented exceptions come out, and a size that
/// the weights contradict costs neither time nor memory.
/// </summary>
public sealed class ConfigFuzzTests : IDisposable
{
    private const int TextsPerFile = 400;
    private const double SecondsAllowed = 1;
    private const int BytesAllowed = 50_000_000;
    private const double ResidentMegabytesAllowed = 150;

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly string _folder = Directory.CreateTempSubdirectory("fuzz").FullName;

    public void Dispose()
    {
        _scope.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("unet/config.json")]
    [InlineData("vae/config.json")]
    [InlineData("text_encoder/config.json")]
    [InlineData("tokenizer/vocab.json")]
    [InlineData("tokenizer/merges.txt")]
    [InlineData("tokenizer/tokenizer_config.json")]
    [InlineData("tokenizer/special_tokens_map.json")]
    [InlineData("scheduler/scheduler_config.json")]
    [InlineData("model_index.json")]
    public void A_model_folder_with_a_damaged_file(string file)
    {
        using (var model = TinyModels.LatentDiffusion())
            model.Save(_folder, Precision.Float32);
        var path = Path.Combine(_folder, file);
        if (file.EndsWith("merges.txt", StringComparison.Ordinal))
            File.AppendAllText(path, "a b\nab c\n");
        Action load = file.Split('/')[0] switch
        {
            "unet" => () => UNet2DConditionModel.FromFolder(Path.Combine(_folder, "unet")).Dispose(),
            "vae" => () => AutoencoderKL.FromFolder(Path.Combine(_folder, "vae")).Dispose(),
            "text_encoder" => () => ClipTextModel.FromFolder(Path.Combine(_folder, "text_encoder")).Dispose(),
            "tokenizer" => () => Tokenize(ClipTokenizer.FromFolder(Path.Combine(_folder, "tokenizer"))),
            "scheduler" => () => Scheduler.Create(SchedulerConfig.Load(path)),
            _ => () => LatentDiffusionModel.Load(_folder).Dispose(),
        };
        Fuzz(path, load);
    }

    [Fact]
    public void An_image_encoder_with_a_damaged_config()
    {
        var config = new ClipVisionConfig
        {
            HiddenSize = 8,
            IntermediateSize = 8,
            ProjectionDim = 8,
            NumHiddenLayers = 1,
            NumAttentionHeads = 2,
            ImageSize = 16,
            PatchSize = 8
        };
        using (var model = new ClipVisionModel(config))
            model.Save(_folder, ScalarType.Float32);
        Fuzz(Path.Combine(_folder, "config.json"), () => ClipVisionModel.FromFolder(_folder).Dispose());
    }

    [Fact]
    public void A_preprocessor_with_a_damaged_config()
    {
        new ClipImageProcessor().Save(_folder);
        Fuzz(Directory.GetFiles(_folder).Single(), () => ClipImageProcessor.FromFolder(_folder));
    }

    [Fact]
    public void An_index_of_shards_that_is_damaged()
    {
        SafetensorsWriter.Write(
            Path.Combine(_folder, "model-1.safetensors"), new Dictionary<string, Tensor> { ["x"] = ones(1) });
        SafetensorsWriter.Write(
            Path.Combine(_folder, "model-2.safetensors"), new Dictionary<string, Tensor> { ["y"] = ones(1) });
        var index = Path.Combine(_folder, "model.safetensors.index.json");
        File.WriteAllText(index,
            """{"metadata":{"total_size":8},"weight_map":{"x":"model-1.safetensors","y":"model-2.safetensors"}}""");
        Fuzz(index, () => WeightFiles.Open(_folder, "model").Dispose());
    }

    [Theory]
    [InlineData(""" "num_hidden_layers": 256, "hidden_size": 65536, "intermediate_size": 262144 """)]
    [InlineData(""" "vocab_size": 10000000, "hidden_size": 65536 """)]
    [InlineData(""" "num_hidden_layers": 200, "hidden_size": 16384, "num_attention_heads": 1 """)]
    public void A_config_of_absurd_sizes_is_refused_before_memory_is_taken(string keys)
    {
        using (var model = TinyModels.LatentDiffusion())
            model.TextEncoder.Save(_folder, ScalarType.Float32);
        File.WriteAllText(Path.Combine(_folder, "config.json"), $"{{{keys}}}");
        var resident = Environment.WorkingSet;
        var message = Assert.Throws<ModelFolderException>(() => ClipTextModel.FromFolder(_folder)).Message;
        Assert.Contains("model.safetensors", message);
        Assert.Contains("larger than these weights", message);
        Assert.InRange(Environment.WorkingSet - resident, long.MinValue, 50_000_000);
    }

    private static void Tokenize(ClipTokenizer tokenizer)
    {
        tokenizer.Encode("abc, a ünïcode text 123");
        tokenizer.EncodePadded("abc");
    }

    private static void Fuzz(string path, Action load)
    {
        var original = File.ReadAllBytes(path);
        load();
        var resident = ResidentMemory.Bytes();
        for (var seed = 0; seed < TextsPerFile; seed++)
        {
            var damage = new DamagedJson(new Random(seed));
            File.WriteAllBytes(path, path.EndsWith(".json", StringComparison.Ordinal)
                ? damage.Next(Encoding.UTF8.GetString(original)) : ChangeOften(damage, original));
            var cost = Cost.Start();
            try
            {
                using var scope = NewDisposeScope();
                load();
            }
            catch (Exception exception)
                when (exception is ModelFolderException or SafetensorsException or InvalidDataException)
            {
                Assert.True(exception.Message.Length > 20, exception.Message);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException(
                    $"Seed {seed} gives {exception.GetType().Name}: {exception.Message}\n{File.ReadAllText(path)}",
                    exception);
            }
            cost.AssertBelow(SecondsAllowed, BytesAllowed, $"seed {seed}");
        }
        var grown = (ResidentMemory.Bytes() - resident) / 1e6;
        Assert.True(grown < ResidentMegabytesAllowed, $"Resident memory grew by {grown:f0} MB.");
    }

    private static byte[] ChangeOften(DamagedJson damage, byte[] original)
    {
        var bytes = (byte[])original.Clone();
        for (var round = 0; round < 6; round++)
            bytes = damage.ChangeBytes(bytes);
        return bytes;
    }
}
