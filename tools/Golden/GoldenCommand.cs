using System.CommandLine;
using System.Globalization;
using TorchSharp;

namespace MLNet.SynthAugment.Golden;

/// <summary>Compares this build, on this device, with recorded reference values.</summary>
public static class GoldenCommand
{
    private const int Failed = 1;

    private static readonly Argument<string> s_folder = new("folder")
    { Description = "Folder with golden data, in subfolders or directly." };
    private static readonly Option<string?> s_only = new("--only")
    { Description = "Checks only what has this text in its folder or case name." };
    private static readonly Option<string> s_device = new("--device")
    { Description = "auto, cpu, cuda or cuda:N.", DefaultValueFactory = _ => "cpu" };
    private static readonly Option<Precision> s_precision = new("--precision")
    {
        Description = "Precision of the models. In half precision root mean squares are compared, with 3 % (Float16) "
            + "or 24 % (BFloat16) of tolerance.",
        DefaultValueFactory = _ => Precision.Float32,
    };

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var command = new Command(
            "golden", "Compares models, samplers and training with recorded reference values. Exit code 1 if one "
                + "differs.") { s_folder, s_only, s_device, s_precision };
        command.SetAction(arguments =>
        {
            var device = ComputeDevice.Select(arguments.GetRequiredValue(s_device), Console.WriteLine);
            // cuDNN's convolutions round to 11 bits by default, which is not what float32 is checked for.
            if (device.type == DeviceType.CUDA)
                torch.backends.cudnn.allow_tf32 = false;
            return Run(arguments.GetRequiredValue(s_folder), arguments.GetValue(s_only),
                new GoldenSetup(device, arguments.GetValue(s_precision)), Console.Out);
        });
        return command;
    }

    /// <summary>Checks a folder and writes a line a case.</summary>
    /// <returns>0 if there are cases and none failed, else 1.</returns>
    internal static int Run(string folder, string? only, GoldenSetup setup, TextWriter output)
    {
        Func<string, bool>? wanted = only is null
            ? null : name => name.Contains(only, StringComparison.OrdinalIgnoreCase);
        var counts = new Dictionary<GoldenOutcome, int>();
        foreach (var result in new GoldenRunner(setup).Run(Path.GetFullPath(folder), wanted))
        {
            counts[result.Outcome] = Count(result.Outcome) + 1;
            output.WriteLine(Line(result));
        }
        output.WriteLine($"{Count(GoldenOutcome.Ok)} ok, {Count(GoldenOutcome.Failed)} failed, "
            + $"{Count(GoldenOutcome.Skipped)} skipped, {Count(GoldenOutcome.Unknown)} unknown");
        return Count(GoldenOutcome.Failed) == 0 && Count(GoldenOutcome.Ok) > 0 ? 0 : Failed;

        int Count(GoldenOutcome outcome) => counts.GetValueOrDefault(outcome);
    }

    private static string Line(GoldenResult result)
    {
        var word = result.Outcome switch
        {
            GoldenOutcome.Ok => "ok",
            GoldenOutcome.Failed => "FAIL",
            GoldenOutcome.Skipped => "skip",
            _ => "unknown",
        };
        var time = result.Elapsed == default
            ? "" : string.Create(CultureInfo.InvariantCulture, $"  {result.Elapsed.TotalMilliseconds:f0} ms");
        return $"{word,-7} {result.Name,-44} {result.Detail}{time}";
    }
}
