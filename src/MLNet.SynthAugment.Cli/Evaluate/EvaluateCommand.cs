using MLNet.SynthAugment.Cli.Hosting;
using MLNet.SynthAugment.Cli.Options;
using MLNet.SynthAugment.Evaluation;
using MLNet.SynthAugment.Selection;

namespace MLNet.SynthAugment.Cli.Evaluate;

/// <summary><c>synthaugment evaluate</c>: measures synthetic images beside real ones.</summary>
internal static class EvaluateCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var command = new Command("evaluate",
            "Measures synthetic images beside real ones: FID, KID, CMMD, precision, recall, density, coverage, CLIP "
                + "score, class-correct share, near copies, diversity.");
        var settings = new CommandSettings<EvaluateSettings>(command);
        settings.Add("--real", given => given.Real,
            "Real images: a folder or zip laid out as <class>/* or <split>/<class>/*; PATH:split names the split. "
                + "Without it: train, where there is one.");
        settings.AddText("--synthetic", given => given.Synthetic,
            "Synthetic images, laid out likewise: what 'generate' has written to OUT/images.", CommonOptions.Locate);
        settings.AddZipEncoding(given => given.ZipEncoding);
        settings.Add("--shots", given => given.Shots,
            "Real images of each class, the first by index.csv, else by name: those that 'generate --shots' learnt "
                + "from. Without it: all.", least: 1);
        settings.AddPath("--clip", given => given.Clip,
            "A Hugging Face folder of a CLIP model. Without it: the embedded one.");
        settings.Add("--reference", given => given.Reference,
            "What tells the class of an image: Text (class names) or Shots (mean features of the real images). Without "
                + "it: Shots on the embedded model, else Text.");
        settings.AddMany("--template", given => given.Templates,
            "A prompt for class names; several times, to take the mean.");
        settings.Add("--neighbours", given => given.Neighbours, "k of precision, recall, density and coverage.",
            least: 1);
        settings.AddDevice(given => given.Device);
        var output = new Option<string?>("--out") { Description = "A JSON file for the results." };
        settings.AddPlain(output);
        settings.AddReading(given => given.Orientation, given => given.Ground);
        settings.AddRule((_, json) => json[nameof(EvaluateSettings.Real)] = CommonOptions.LocateTraining(
            (string)json[nameof(EvaluateSettings.Real)]!, null, (string?)json[nameof(EvaluateSettings.ZipEncoding)]));
        command.SetAction((arguments, cancellationToken) => Task.Run(
            () => Run(command, settings.Read(arguments), arguments.GetValue(output), cancellationToken),
            CancellationToken.None));
        return command;
    }

    private static int Run(
        Command command, EvaluateSettings settings, string? outFile, CancellationToken cancellationToken)
    {
        var report = new EvaluateRun(settings, Log, sentence => Log($"Warning: {sentence}")).Run(cancellationToken);
        MetricsTable.Write(report.Metrics, Console.Out);
        if (outFile is not null)
            report.Write(outFile);
        return ExitCode.Done;

        void Log(string sentence) => Console.WriteLine(OptionWords.In(command, sentence));
    }
}

/// <summary>Everything that a run of <c>evaluate</c> depends on. Paths are absolute.</summary>
internal sealed record EvaluateSettings
{
    /// <summary>The real images: a folder or zip, with <c>:split</c> where it is divided.</summary>
    public required string Real { get; init; }

    /// <summary>The synthetic images, likewise.</summary>
    public required string Synthetic { get; init; }

    /// <summary>The encoding of names in a zip that does not state it; null to find it out.</summary>
    public string? ZipEncoding { get; init; }

    /// <summary>Real images of each class; null for all.</summary>
    public int? Shots { get; init; }

    /// <summary>A CLIP folder; null for the embedded model.</summary>
    public string? Clip { get; init; }

    /// <summary>What tells the class of an image; null leaves it to the model.</summary>
    public ClassReference? Reference { get; init; }

    /// <summary>Prompts for class names.</summary>
    public IReadOnlyList<string> Templates { get; init; } = new EvaluationOptions().Templates;

    /// <summary>k of precision, recall, density and coverage.</summary>
    public int Neighbours { get; init; } = Prdc.DefaultNeighbourCount;

    /// <summary>Whether images are turned as their EXIF orientation says.</summary>
    public ImageOrientation Orientation { get; init; } = ImageOrientation.AsStored;

    /// <summary>What transparent images are composed on, as <c>#RRGGBB</c>.</summary>
    public string Ground { get; init; } = CommonOptions.DefaultGround;

    /// <summary>Where CLIP runs.</summary>
    public string Device { get; init; } = "auto";
}
