using System.Globalization;
using System.Text.Json;
using TorchSharp;

namespace MLNet.SynthAugment.Benchmarks;

/// <summary>Prints results as they come, and keeps them for a file.</summary>
internal sealed class Report
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private readonly List<Result> _results = [];
    private readonly object _setting;

    public Report(BenchmarkOptions options)
    {
        var threads = torch.get_num_threads();
        _setting = new { libtorch = torch.__version__, device = options.Device.ToString(), precision = options.Precision.ToString(), threads, options.Steps, options.Rounds };
        Console.WriteLine($"libtorch {torch.__version__}, {options.Device}, {options.Precision}, {threads} threads, medians of {options.Rounds}");
    }

    public void Add(ModelShape shape, string what, double value, string unit)
    {
        _results.Add(new Result(shape.Name, what, value, unit));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{shape.Name,-9} {what,-64} {value,12:0.###} {unit}"));
    }

    public void Save(string path) => File.WriteAllText(path, JsonSerializer.Serialize(new { setting = _setting, results = _results }, s_json) + "\n");

    private sealed record Result(string Shape, string What, double Value, string Unit);
}
