using System.CommandLine;
using MLNet.SynthAugment.Diffusion;
using TorchSharp;

namespace MLNet.SynthAugment.Benchmarks;

/// <summary>The command line: which models, what to measure, on what.</summary>
internal static class BenchmarkCommand
{
    private static readonly Option<string[]> s_shapes = new("--shapes")
    {
        Description = "Models: tiny, embedded, sd21 (full Stable Diffusion 2.1; about 6 GB, minutes on a CPU).",
        DefaultValueFactory = _ => ["tiny", "embedded"],
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<string[]> s_only = new("--only")
    {
        Description = $"What to measure: {string.Join(", ", Benchmarks.All.Keys)}; all if not given.",
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<string> s_device = new("--device") { Description = "auto, cpu, cuda or cuda:N.", DefaultValueFactory = _ => "auto" };
    private static readonly Option<Precision> s_precision = new("--precision") { Description = "Number format of the weights and the arithmetic." };
    private static readonly Option<int?> s_batch = new("--batch") { Description = "Images made together; the shape's own number if not given." };
    private static readonly Option<int> s_steps = new("--steps") { Description = "Denoising steps of an image.", DefaultValueFactory = _ => 20 };
    private static readonly Option<int> s_rounds = new("--rounds") { Description = "Repetitions of which the median counts.", DefaultValueFactory = _ => 15 };
    private static readonly Option<int?> s_threads = new("--threads") { Description = "Threads of libtorch on the CPU; its own choice if not given." };
    private static readonly Option<string?> s_json = new("--json") { Description = "File for the results." };
    private static readonly Option<string?> s_inputs = new("--write-inputs") { Description = "Folder for weights, config and inputs of each shape, for a comparison with another program; nothing is measured." };

    public static RootCommand Create()
    {
        var command = new RootCommand("Measures latent diffusion on random weights.")
        {
            s_shapes, s_only, s_device, s_precision, s_batch, s_steps, s_rounds, s_threads, s_json, s_inputs,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        if (arguments.GetValue(s_threads) is { } threads)
            torch.set_num_threads(threads);
        var options = new BenchmarkOptions(
            ComputeDevice.Select(arguments.GetRequiredValue(s_device), Console.WriteLine),
            arguments.GetValue(s_precision),
            arguments.GetValue(s_batch),
            arguments.GetValue(s_steps),
            arguments.GetValue(s_rounds));
        var shapes = arguments.GetRequiredValue(s_shapes).Select(ModelShape.Named).ToList();
        if (arguments.GetValue(s_inputs) is { } folder)
        {
            shapes.ForEach(shape => BenchmarkInputs.Write(shape, options, Path.Combine(folder, shape.Name)));
            return 0;
        }
        var report = new Report(options);
        var chosen = arguments.GetValue(s_only) is { Length: > 0 } names ? names : [.. Benchmarks.All.Keys];
        foreach (var shape in shapes)
            Benchmarks.Run(shape, options, chosen, report);
        if (arguments.GetValue(s_json) is { } path)
            report.Save(path);
        return 0;
    }
}
