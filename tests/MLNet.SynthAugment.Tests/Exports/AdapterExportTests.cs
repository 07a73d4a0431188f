using System.Security.Cryptography;
using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Methods;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Tests.Exports;

/// <summary>Adapters that a method learnt, as files for other tools.</summary>
public sealed class AdapterExportTests : IDisposable
{
    private const string Layer = "unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q";

    /// <summary>Draws shots and says that it used an adapter of its own making.</summary>
    private sealed record AdaptedDrawings : ISynthesisMethod
    {
        public bool OneAClass { get; init; }

        public bool Records { get; init; } = true;

        public string Name => "AdaptedDrawings";

        public bool UsesDiffusionModel => false;

        public IImageSource Adapt(SynthesisContext context) => new Source(this, context);

        private sealed class Source(AdaptedDrawings method, SynthesisContext context) : IImageSource
        {
            public IReadOnlyList<SyntheticImage> Generate(ImageBatch batch, CancellationToken cancellation)
            {
                var scale = method.OneAClass ? batch.Class.Label.Length + batch.Class.Label[0] : 1;
                var path = context.LearnOnce($"adapters/{scale}.safetensors", path =>
                {
                    using var adapter = new LoraAdapter([KeyValuePair.Create(Layer, new LoraMatrices(ones(2, 4) * scale, ones(4, 2), 2))]);
                    adapter.Save(path);
                });
                context.LearnOnce("seeds.safetensors", path => File.WriteAllText(path, "no adapter"));
                var hash = method.Records ? Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))) : null;
                return [.. batch.Indices.Select(
                    _ => new SyntheticImage(batch.Class.Shots[0].OpenImage()) { Adapter = hash })];
            }

            public void Dispose()
            {
            }
        }
    }

    private readonly Fitting _fitting = new();

    public void Dispose() => _fitting.Dispose();

    private SynthesizeFewShotTransformer Fit(AdaptedDrawings method)
    {
        var options = _fitting.Options(perClass: 1);
        options.Method = method;
        return _fitting.Fit(_fitting.ML.Data.LoadFromEnumerable(_fitting.WriteShots(1)), options);
    }

    private float ScaleOf(string path)
    {
        using var adapter = LoraAdapter.Load(path, [Layer]);
        return adapter.Layers[Layer].A[0, 0].item<float>();
    }

    [Theory]
    [InlineData("Peft")]
    [InlineData("Kohya")]
    public void The_one_adapter_is_written_in_the_format_asked_for_also_by_a_loaded_transformer(string name)
    {
        var format = LoraFormat.Named(name);
        var method = new AdaptedDrawings();
        Fit(method).Save(_fitting.Folder["saved"]);
        Directory.Delete(_fitting.StoreFolder, recursive: true);
        var file = _fitting.Folder["adapter.safetensors"];
        SynthesizeFewShotTransformer.Load(_fitting.ML, _fitting.Folder["saved"], method).ExportAdapter(file, format);
        Assert.Equal(format, LoraAdapter.FormatOf(file));
        Assert.Equal(1, ScaleOf(file));
    }

    [Fact]
    public void Of_adapters_for_each_class_the_class_s_is_written()
    {
        var fitted = Fit(new AdaptedDrawings { OneAClass = true });
        fitted.ExportAdapter(_fitting.Folder["dog.safetensors"], label: "dog");
        Assert.Equal(3 + 'd', ScaleOf(_fitting.Folder["dog.safetensors"]));
        Assert.Contains("3 LoRA adapters",
            Assert.Throws<InvalidOperationException>(
                () => fitted.ExportAdapter(_fitting.Folder["all.safetensors"])).Message);
        Assert.Contains("'cat', 'dog', 'owl'",
            Assert.Throws<ArgumentException>(
                () => fitted.ExportAdapter(_fitting.Folder["x.safetensors"], label: "emu")).Message);
        Assert.False(File.Exists(_fitting.Folder["all.safetensors"]));
    }

    [Fact]
    public void Images_made_without_an_adapter_have_none_to_export() =>
        Assert.Contains("without a LoRA adapter",
            Assert.Throws<InvalidOperationException>(
                () => Fit(new AdaptedDrawings { Records = false })
                .ExportAdapter(_fitting.Folder["x.safetensors"])).Message);
}
