using MLNet.SynthAugment.Cli.Hosting;
using MLNet.SynthAugment.Cli.Options;
using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Pretraining;
using MLNet.SynthAugment.Pretraining.Optimization;
using TorchSharp;

namespace MLNet.SynthAugment.Cli.Pretrain;

/// <summary><c>synthaugment pretrain</c>: trains a small text-to-image model from image folders or zips.</summary>
internal static class PretrainCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var command = new Command("pretrain",
            "Trains a small model that draws from texts and images. Stopped at any moment, the same command goes on.");
        var settings = new CommandSettings<PretrainSettings>(command);
        settings.AddFile();
        var images = settings.AddMany("--images", given => given.Images,
            "A folder or zip laid out as <class>/* or <split>/<class>/*; PATH:split names the split. Without it: the "
                + "training split, where the set is divided. May be given several times.");
        settings.AddZipEncoding(given => given.ZipEncoding);
        settings.AddPath("--out", given => given.Out, "Folder of the model, and of settings.json.");
        settings.AddMany("--exclude", given => given.Exclude,
            "Leaves out classes whose names begin with this text. May be given several times.");
        settings.AddMany("--hold-out", given => given.HoldOut,
            "Trains on no class whose name begins with this text, and reports now and then what the model does with "
                + "them. May be given several times.");
        settings.AddPath("--from", given => given.From,
            "Folder of a model that pretrain made: its UNet and CLIP are trained further, from their weights, for "
                + "--steps and --contrastive-steps (0 leaves one as it is). Take another --seed than it had.");
        settings.Add("--seed", given => given.Seed, "Seed of everything random.");
        settings.Add("--steps", given => given.Steps, "Steps of the UNet.");
        settings.Add("--autoencoder-steps", given => given.AutoencoderSteps, "Steps of the autoencoder.");
        settings.Add("--contrastive-steps", given => given.ContrastiveSteps, "Steps of CLIP.");
        settings.Add("--minutes", given => given.Minutes,
            "Greatest computing time over all sittings; 8 % of it for the autoencoder, 10 % for CLIP. Results then "
                + "depend on the machine's speed.");
        settings.Add("--batch", given => given.Batch, "Pictures in a step of the UNet, two of a class.");
        settings.Add("--checkpoint-minutes", given => given.CheckpointMinutes,
            "Time between checkpoints and sample pictures.");
        settings.AddDevice(given => given.Device);
        settings.Add("--threads", given => given.Threads,
            "Threads of libtorch on the CPU. Without it: its own choice.", least: 1);
        settings.Add("--precision", given => given.Precision,
            "Precision of the weights in the finished model: Float32, Float16 or BFloat16.");
        settings.AddRule((arguments, json) =>
        {
            var zipEncoding = (string?)json[nameof(PretrainSettings.ZipEncoding)];
            if (arguments.GetValue(images) is { Length: > 0 } given)
            {
                json[nameof(PretrainSettings.Images)] = CommandSettings<PretrainSettings>.ToJson(
                    given.Select(set => CommonOptions.LocateTraining(set, null, zipEncoding)));
            }
        });
        settings.Run((given, cancellationToken) => Run(command.Name, given, cancellationToken));
        return command;
    }

    private static int Run(string word, PretrainSettings settings, CancellationToken cancellationToken)
    {
        var options = settings.ToOptions();
        options.Validate();
        if (settings.Threads is { } threads)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1, nameof(settings.Threads));
            // Loads libtorch, or says in a sentence why it does not load.
            ComputeDevice.Select("cpu");
            torch.set_num_threads(threads);
        }
        SettingsFile.Write(settings.Out, settings);
        return CommandErrors.RunStoppable(word, settings.Out, () => PretrainConsole.Show((progress, log) =>
            new Pretrainer(options, log).Run(progress, cancellationToken)), cancellationToken);
    }
}

/// <summary>
/// Everything that a run of <c>pretrain</c> depends on; written to <c>settings.json</c>, from which the run can be
/// started again. Paths are absolute.
/// </summary>
internal sealed record PretrainSettings
{
    private const double AutoencoderShareOfTime = 0.08;
    private const double ContrastiveShareOfTime = 0.10;

    /// <summary>Folders or zips of images, with <c>:split</c> where they are divided.</summary>
    public required IReadOnlyList<string> Images { get; init; }

    /// <summary>The encoding of names in zips that do not state it; null to find it out.</summary>
    public string? ZipEncoding { get; init; }

    /// <summary>Folder of the model.</summary>
    public required string Out { get; init; }

    /// <summary>What the names of classes begin with that are left out.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>
    /// What the names of classes begin with that are shown to the model only to see what it does with them.
    /// </summary>
    public IReadOnlyList<string> HoldOut { get; init; } = [];

    /// <summary>Folder of a model to train further; null to begin anew.</summary>
    public string? From { get; init; }

    public long Seed { get; init; } = 1;

    /// <summary>Steps of the UNet.</summary>
    public long Steps { get; init; } = 15_000;

    public long AutoencoderSteps { get; init; } = 5_000;

    /// <summary>Steps of CLIP.</summary>
    public long ContrastiveSteps { get; init; } = 3_000;

    /// <summary>Greatest computing time over all sittings; null for any.</summary>
    public double? Minutes { get; init; }

    /// <summary>Pictures in a step of the UNet.</summary>
    public int Batch { get; init; } = 32;

    public double CheckpointMinutes { get; init; } = 10;

    public string Device { get; init; } = "auto";

    /// <summary>Threads of libtorch on the CPU; null for its own choice.</summary>
    public int? Threads { get; init; }

    /// <summary>Precision of the weights in the finished model.</summary>
    public Precision Precision { get; init; } = Precision.Float16;

    /// <summary>The settings as the library takes them.</summary>
    public PretrainingOptions ToOptions()
    {
        return new PretrainingOptions
        {
            Images = [.. Images.Select(images => ImageSetLocation.Parse(images) with { ZipEncoding = ZipEncoding })],
            OutputFolder = Out,
            ExcludeClass = name => BeginsWithOneOf(name, Exclude),
            HoldOutClass = HoldOut.Count == 0 ? null : name => BeginsWithOneOf(name, HoldOut),
            InitialModel = From,
            Seed = Seed,
            AutoencoderBudget = new StageBudget(AutoencoderSteps, Time(AutoencoderShareOfTime)),
            ContrastiveBudget = new StageBudget(ContrastiveSteps, Time(ContrastiveShareOfTime)),
            DiffusionBudget = new StageBudget(Steps, Time(1 - AutoencoderShareOfTime - ContrastiveShareOfTime)),
            DiffusionBatchSize = Batch,
            CheckpointInterval = TimeSpan.FromMinutes(CheckpointMinutes),
            Device = Device,
            Precision = Precision,
        };

        static bool BeginsWithOneOf(string name, IReadOnlyList<string> texts) =>
            texts.Any(text => name.StartsWith(text, StringComparison.OrdinalIgnoreCase));
        TimeSpan? Time(double share) => Minutes is { } all ? TimeSpan.FromMinutes(all * share) : null;
    }
}
