using MLNet.SynthAugment.Cli.Convert;
using MLNet.SynthAugment.Cli.Hosting;
using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.Weights;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Cli.Tests.Convert;

public sealed class ConvertCommandTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("convert").FullName;

    private string Original => In("original.safetensors");

    public ConvertCommandTests()
    {
        using var model = TinyModels.LatentDiffusion();
        model.Save(In("model"), Precision.Float32);
        using var adapter = TinyModels.RandomAdapter(new LoraLayers(model), seed: 3, includeTextEncoder: true);
        adapter.Save(Original);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task A_file_goes_through_the_formats_and_comes_back_byte_by_byte()
    {
        Assert.Equal(0, await Run(Original, In("diffusers"), "--to", "diffusers"));
        Assert.Equal(0, await Run(In("diffusers"), In("old"), "--to", "attentionprocessors"));
        Assert.Equal(0, await Run(In("old"), In("kohya"), "--to", "kohya"));
        Assert.Equal(LoraFormat.Kohya, LoraAdapter.FormatOf(In("kohya")));
        Assert.Equal(0, await Run(In("kohya"), In("back"), "--to", "peft", "--model", In("model")));
        Assert.Equal(Tensors(Original), Tensors(In("back")));
    }

    [Fact]
    public async Task The_type_of_the_matrices_can_be_chosen()
    {
        Assert.Equal(0, await Run(Original, In("half"), "--to", "peft", "--precision", "float16"));
        using var file = SafetensorsFile.Open(In("half"));
        Assert.All(file.Tensors.Values, tensor => Assert.Equal(ScalarType.Float16, tensor.Dtype));
    }

    [Fact]
    public async Task Kohyas_names_need_the_model_and_unknown_layers_a_word()
    {
        Assert.Equal(0, await Run(Original, In("kohya"), "--to", "kohya"));
        Assert.Equal(1, await Run(In("kohya"), In("none"), "--to", "peft"));
        Directory.Delete(In("model/text_encoder"), recursive: true);
        Assert.Equal(1, await Run(In("kohya"), In("none"), "--to", "peft", "--model", In("model")));
        Assert.False(File.Exists(In("none")));
        Assert.Equal(0, await Run(In("kohya"), In("unet"), "--to", "peft", "--model", In("model"), "--ignore-unknown"));
        Assert.Equal(1, await Run(In("missing"), In("none"), "--to", "peft"));
    }

    private static Task<int> Run(params string[] arguments) =>
        CommandErrors.ReportAsync(
            () => ConvertCommand.Create().Parse(arguments)
            .InvokeAsync(new() { EnableDefaultExceptionHandler = false }));

    private static Dictionary<string, string> Tensors(string path)
    {
        using var file = SafetensorsFile.Open(path);
        using var scope = NewDisposeScope();
        return file.Tensors.Keys.ToDictionary(name => name, name => System.Convert.ToHexString(file.Read(name).bytes));
    }

    private string In(string name) => Path.Combine(_root, name);
}
