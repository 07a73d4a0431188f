using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.Weights;
using MLNet.SynthAugment.Golden;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Cli.Tests.Golden;

/// <summary>The runner on folders of its own making: it accepts what is right, and nothing else.</summary>
public sealed class GoldenCommandTests : IDisposable
{
    private const string Io = "io.safetensors";
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly string _root = Directory.CreateTempSubdirectory("golden").FullName;

    public GoldenCommandTests()
    {
        using var _ = no_grad();
        using var unet = TinyModels.UNet();
        unet.Save(UNetFolder, ScalarType.Float32);
        var inputs = new Dictionary<string, Tensor>
        {
            ["sample"] = linspace(-2, 2, 280).reshape(1, 4, 7, 10),
            ["timestep"] = tensor(new long[] { 500 }),
            ["encoder_hidden_states"] = linspace(-1, 1, 3 * TinyModels.TextWidth).reshape(1, 3, TinyModels.TextWidth),
        };
        SafetensorsWriter.Write(Path.Combine(UNetFolder, Io), new Dictionary<string, Tensor>(inputs)
        {
            ["out"] = unet.forward(inputs["sample"], inputs["timestep"], inputs["encoder_hidden_states"]),
        });
    }

    private string UNetFolder => Path.Combine(_root, "nested", "unet-anything");

    public void Dispose()
    {
        _scope.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void A_folder_of_a_known_kind_is_checked_whatever_its_name()
    {
        var (exitCode, lines) = Run();
        Assert.Equal(0, exitCode);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("ok      nested/unet-anything/output", lines[0]);
        Assert.Contains(" ms", lines[0]);
        Assert.Equal("1 ok, 0 failed, 0 skipped, 0 unknown", lines[1]);
    }

    [Theory]
    [InlineData(Io, "out", 1e-3)]
    [InlineData("diffusion_pytorch_model.safetensors", "conv_in.weight", 1e-2)]
    [InlineData(Io, "out", double.NaN)]
    public void A_changed_value_fails(string file, string tensor, double change)
    {
        Rewrite(file, tensors => tensors[tensor].view(-1)[3].add_(change));
        var (exitCode, lines) = Run();
        Assert.Equal(1, exitCode);
        Assert.StartsWith("FAIL    nested/unet-anything/output", lines[0]);
        Assert.Contains(" out ", lines[0]);
        Assert.Equal("0 ok, 1 failed, 0 skipped, 0 unknown", lines[1]);
    }

    [Fact]
    public void A_case_that_cannot_run_fails_with_the_reason_and_the_others_go_on()
    {
        Rewrite(Io, tensors => tensors["out_scalar_t"] = tensors["out"].alias());
        var (exitCode, lines) = Run();
        Assert.Equal(1, exitCode);
        Assert.StartsWith("ok ", lines[0]);
        Assert.StartsWith("FAIL    nested/unet-anything/scalar timestep", lines[1]);
        Assert.Contains("there is no tensor 'timestep_scalar'", lines[1]);
    }

    [Fact]
    public void Values_of_another_shape_fail()
    {
        Rewrite(Io, tensors => tensors["out"] = tensors["out"][.., ..3]);
        Assert.Contains("shape [1, 4, 7, 10], expected [1, 3, 7, 10]", Run().Lines[0]);
    }

    [Fact]
    public void Damaged_files_fail_and_the_others_go_on()
    {
        File.WriteAllText(Path.Combine(_root, "strange.safetensors"), "not safetensors");
        var (exitCode, lines) = Run();
        Assert.Equal(1, exitCode);
        Assert.Contains(lines, line => line.StartsWith("FAIL ", StringComparison.Ordinal)
            && line.Contains("strange.safetensors"));
        Assert.Contains(lines, line => line.StartsWith("ok ", StringComparison.Ordinal));
    }

    [Fact]
    public void What_no_suite_knows_is_listed()
    {
        Directory.CreateDirectory(Path.Combine(_root, "other"));
        File.WriteAllText(Path.Combine(_root, "other", "config.json"), """{"_class_name": "StrangeModel"}""");
        File.WriteAllText(Path.Combine(UNetFolder, "more.json"), "[]");
        Rewrite(Io, tensors => tensors["act.surprise"] = ones(1));
        var (exitCode, lines) = Run();
        Assert.Equal(0, exitCode);
        Assert.Contains(lines, line => line.StartsWith("unknown other ", StringComparison.Ordinal)
            && line.Contains("StrangeModel"));
        Assert.Contains(lines, line =>
            line.StartsWith("unknown nested/unet-anything/more.json", StringComparison.Ordinal));
        Assert.Contains(lines, line =>
            line.StartsWith("unknown nested/unet-anything/io.safetensors", StringComparison.Ordinal)
                && line.Contains("act.surprise"));
    }

    [Fact]
    public void Half_precision_has_wider_tolerances()
    {
        var (exitCode, lines) = Run(precision: Precision.BFloat16);
        Assert.Equal(0, exitCode);
        Assert.StartsWith("ok ", lines[0]);
        Rewrite(Io, tensors => tensors["out"].neg_());
        Assert.Equal(1, Run(precision: Precision.BFloat16).ExitCode);
    }

    [Fact]
    public void Only_the_cases_asked_for_run()
    {
        Assert.Equal("1 ok, 0 failed, 0 skipped, 0 unknown", Run(only: "ANYTHING/out").Lines[^1]);
        Assert.Equal(1, Run(only: "no such case").ExitCode);
    }

    [Fact]
    public async Task The_program_takes_a_folder_and_returns_an_exit_code()
    {
        Assert.Equal(0, await GoldenCommand.Create().Parse([_root]).InvokeAsync());
        var empty = Directory.CreateDirectory(Path.Combine(_root, "empty")).FullName;
        Assert.Equal(1, await GoldenCommand.Create().Parse([empty]).InvokeAsync());
    }

    private (int ExitCode, string[] Lines) Run(string? only = null, Precision precision = Precision.Float32)
    {
        using var output = new StringWriter();
        var exitCode = GoldenCommand.Run(_root, only, new GoldenSetup(CPU, precision), output);
        return (exitCode, output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    private void Rewrite(string file, Action<Dictionary<string, Tensor>> change)
    {
        var path = Path.Combine(UNetFolder, file);
        Dictionary<string, Tensor> tensors;
        using (var reader = SafetensorsFile.Open(path))
            tensors = reader.Tensors.Keys.ToDictionary(name => name, name => reader.Read(name));
        change(tensors);
        SafetensorsWriter.Write(path, tensors);
    }
}
