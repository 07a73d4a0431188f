using System.Reflection;
using System.Text.Json;
using MLNet.SynthAugment.Cli.Options;
using MLNet.SynthAugment.Evaluation;

namespace MLNet.SynthAugment.Cli.Evaluate;

/// <summary>The results of a run.</summary>
/// <param name="Version">The version of the program.</param>
/// <param name="Settings">Everything the run depends on.</param>
/// <param name="Metrics">The measures.</param>
internal sealed record EvaluateReport(string Version, EvaluateSettings Settings, SyntheticImageMetrics Metrics)
{
    public static EvaluateReport Create(EvaluateSettings settings, SyntheticImageMetrics metrics) =>
        new(typeof(EvaluateReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion, settings, metrics);

    /// <summary>Writes it as JSON, into a folder that need not be there.</summary>
    public void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllText(path, JsonSerializer.Serialize(this, SettingsFile.Format) + Environment.NewLine);
    }
}
