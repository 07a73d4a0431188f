using System.CommandLine;
using MLNet.SynthAugment.Cli.Options;
using MLNet.SynthAugment.Diffusion.ImageSets;
using MLNet.SynthAugment.Selection;

namespace MLNet.SynthAugment.Cli.Evaluate;

/// <summary><c>synthaugment evaluate</c>: measures synthetic images beside real ones.</summary>
internal static class EvaluateCommand
{
    private static readonly Option<string> s_real = new("--real")
    {
        Description = "Real images: a folder or zip laid out as <class>/* or <split>/<class>/*; PATH:split names "
            + "the split. Without it: train, where there is one.",
        Required = true
    };
    private static readonly Option<string> s_synthetic = new("--synthetic")
    {
        Description = "Synthetic images, laid out likewise: what 'generate' has written to OUT/images.",
        Required = true
    };
    private static readonly Option<string?> s_zipEncoding = CommandOptions.ZipEncoding();
    private static readonly Option<int?> s_shots =
        CommandOptions.AtLeast(1, "--shots",
        "Real images of each class, the first by index.csv, else by name: those that 'generate --shots' learnt from. "
            + "Without it: all.");
    private static readonly Option<string?> s_clip = new("--clip")
    { Description = "A Hugging Face folder of a CLIP model. Without it: the embedded one." };
    private static readonly Option<ClassReference?> s_reference = new("--reference")
    {
        Description = "What tells the class of an image: Text (class names) or Shots (mean features of the real "
            + "images). Without it: Shots on the embedded model, else Text."
    };
    private static readonly Option<string[]> s_template = new("--template")
    {
        Description = "A prompt for class names, such as \"a photo of a {class}\"; several times, to take "
            + "the mean."
    };
    private static readonly Option<int?> s_neighbours =
        CommandOptions.AtLeast(1, "--neighbours", "k of precision, recall, density and coverage (5).");
    private static readonly Option<string?> s_device = new("--device")
    { Description = "auto, cpu, cuda or cuda:N (auto)." };
    private static readonly Option<string?> s_out = new("--out") { Description = "A JSON file for the results." };

    private static EvaluateSettings Defaults { get; } = new() { Real = "", Synthetic = "" };

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var command = new Command(
            "evaluate", "Measures synthetic images beside real ones: FID, KID, CMMD, precision, recall, density, "
                + "coverage, CLIP score, class-correct share, near copies, diversity.")
        {
            s_real, s_synthetic, s_zipEncoding, s_shots, s_clip, s_reference, s_template, s_neighbours, s_device, s_out,
        };
        ReadingOptions.AddTo(command);
        command.SetAction((arguments, cancellation) =>
            Task.Run(() => Run(ReadSettings(arguments), arguments.GetValue(s_out), cancellation),
                CancellationToken.None));
        return command;
    }

    private static int Run(EvaluateSettings settings, string? outFile, CancellationToken cancellation)
    {
        var report = new EvaluateRun(
            settings, Console.WriteLine, sentence => Console.WriteLine($"Warning: {sentence}")).Run(cancellation);
        MetricsTable.Write(report.Metrics, Console.Out);
        if (outFile is not null)
            report.Write(outFile);
        return 0;
    }

    private static EvaluateSettings ReadSettings(ParseResult arguments)
    {
        var synthetic = ImageSetLocation.Parse(arguments.GetRequiredValue(s_synthetic));
        return new EvaluateSettings
        {
            Real = CommandOptions.LocateImages(arguments.GetRequiredValue(s_real),
                zipEncoding: arguments.GetValue(s_zipEncoding)).ToString(),
            Synthetic = (synthetic with { Path = Path.GetFullPath(synthetic.Path) }).ToString(),
            ZipEncoding = arguments.GetValue(s_zipEncoding),
            Shots = arguments.GetValue(s_shots),
            Clip = arguments.GetValue(s_clip) is { } clip ? Path.GetFullPath(clip) : null,
            Reference = arguments.GetValue(s_reference),
            Templates = arguments.GetValue(s_template) is { Length: > 0 } templates ? templates : Defaults.Templates,
            Neighbours = arguments.GetValue(s_neighbours) ?? Defaults.Neighbours,
            Orientation = ReadingOptions.Orientation(arguments, null),
            Ground = ReadingOptions.Ground(arguments, null),
            Device = arguments.GetValue(s_device) ?? Defaults.Device,
        };
    }
}
