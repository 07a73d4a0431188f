using System.CommandLine;
using MLNet.SynthAugment.Cli.Hosting;
using MLNet.SynthAugment.Cli.Options;
using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Pretraining;
using TorchSharp;

namespace MLNet.SynthAugment.Cli.Pretrain;

/// <summary><c>synthaugment pretrain</c>: trains a small text-to-image model from image folders or zips.</summary>
internal static class PretrainCommand
{
    private const string Word = "pretrain";

    private static readonly Option<string?> s_settings = new("--settings")
    { Description = "Starts from the settings.json of another run; further options override it." };
    private static readonly Option<string[]> s_images = new("--images")
    {
        Description = "A folder or zip laid out as <class>/* or <split>/<class>/*; PATH:split names the split. Without "
            + "it: the training split, where the set is divided. May be given several times.",
    };

    private static readonly Option<string?> s_zipEncoding = CommandOptions.ZipEncoding();
    private static readonly Option<string?> s_out = new("--out")
    { Description = "Folder of the model, and of settings.json." };
    private static readonly Option<string[]> s_exclude = new("--exclude")
    { Description = "Leaves out classes whose names begin with this text. May be given several times." };
    private static readonly Option<string[]> s_holdOut = new("--hold-out")
    {
        Description = "Trains on no class whose name begins with this text, and reports now and then what the model "
            + "does with them. May be given several times.",
    };
    private static readonly Option<string?> s_from = new("--from")
    {
        Description = "Folder of a model that pretrain made: its UNet and CLIP are trained further, from their "
            + "weights, for --steps and --contrastive-steps (0 leaves one as it is). Take another --seed than it had.",
    };
    private static readonly Option<long?> s_seed = new("--seed") { Description = "Seed of everything random (1)." };
    private static readonly Option<long?> s_steps = new("--steps") { Description = "Steps of the UNet (15000)." };
    private static readonly Option<long?> s_autoencoderSteps = new("--autoencoder-steps")
    { Description = "Steps of the autoencoder (5000)." };
    private static readonly Option<long?> s_contrastiveSteps = new("--contrastive-steps")
    { Description = "Steps of CLIP (3000)." };
    private static readonly Option<double?> s_minutes = new("--minutes")
    {
        Description = "Greatest computing time over all sittings; 8 % of it for the autoencoder, 10 % for CLIP. "
            + "Results then depend on the machine's speed.",
    };
    private static readonly Option<int?> s_batch = new("--batch")
    { Description = "Pictures in a step of the UNet, two of a class (32)." };
    private static readonly Option<double?> s_checkpoint = new("--checkpoint-minutes")
    { Description = "Time between checkpoints and sample pictures (10)." };
    private static readonly Option<string?> s_device = new("--device")
    { Description = "auto, cpu, cuda or cuda:N (auto)." };
    private static readonly Option<int?> s_threads = new("--threads")
    { Description = "Threads of libtorch on the CPU; its own choice if not given." };
    private static readonly Option<Precision?> s_precision = new("--precision")
    { Description = "Precision of the weights in the finished model: Float32, Float16 or BFloat16 (Float16)." };

    private static PretrainSettings Defaults { get; } = new() { Images = [], Out = "" };

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var command = new Command(
            Word, "Trains a small model that draws from texts and images. Stopped at any moment, the same command "
                + "goes on.")
        {
            s_settings, s_images, s_zipEncoding, s_out, s_exclude, s_holdOut, s_from, s_seed, s_steps,
                s_autoencoderSteps, s_contrastiveSteps, s_minutes, s_batch, s_checkpoint, s_device, s_threads,
                s_precision,
        };
        command.SetAction((arguments, cancellationToken) =>
            Task.Run(() => Run(arguments, cancellationToken), CancellationToken.None));
        return command;
    }

    private static int Run(ParseResult arguments, CancellationToken cancellationToken)
    {
        var settings = ReadSettings(arguments);
        var options = settings.ToOptions();
        options.Validate();
        if (settings.Threads is { } threads)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1, "--threads");
            // Loads libtorch, or says in a sentence why it does not load.
            ComputeDevice.Select("cpu");
            torch.set_num_threads(threads);
        }
        SettingsFile.Write(settings.Out, settings);
        return StoppedException.Guard(Word, settings.Out,
            () => PretrainConsole.Show(
                (progress, log) => new Pretrainer(options, log).Run(progress, cancellationToken)), cancellationToken);
    }

    private static PretrainSettings ReadSettings(ParseResult arguments)
    {
        var file = arguments.GetValue(s_settings) is { } path ? SettingsFile.Read<PretrainSettings>(path, Word) : null;
        var from = file ?? Defaults;
        var zipEncoding = arguments.GetValue(s_zipEncoding) ?? from.ZipEncoding;
        return new PretrainSettings
        {
            ZipEncoding = zipEncoding,
            Images = Given(arguments, s_images)?.Select(given =>
                CommandOptions.LocateImages(given, zipEncoding: zipEncoding).ToString()).ToList() ?? file?.Images
                ?? throw Missing("--images", "a folder or zip of images"),
            Out = FullPath(arguments.GetValue(s_out) ?? file?.Out) ?? throw Missing("--out", "the folder of the model"),
            Exclude = Given(arguments, s_exclude) ?? from.Exclude,
            HoldOut = Given(arguments, s_holdOut) ?? from.HoldOut,
            From = FullPath(arguments.GetValue(s_from) ?? from.From),
            Seed = arguments.GetValue(s_seed) ?? from.Seed,
            Steps = arguments.GetValue(s_steps) ?? from.Steps,
            AutoencoderSteps = arguments.GetValue(s_autoencoderSteps) ?? from.AutoencoderSteps,
            ContrastiveSteps = arguments.GetValue(s_contrastiveSteps) ?? from.ContrastiveSteps,
            Minutes = arguments.GetValue(s_minutes) ?? from.Minutes,
            Batch = arguments.GetValue(s_batch) ?? from.Batch,
            CheckpointMinutes = arguments.GetValue(s_checkpoint) ?? from.CheckpointMinutes,
            Device = arguments.GetValue(s_device) ?? from.Device,
            Threads = arguments.GetValue(s_threads) ?? from.Threads,
            Precision = arguments.GetValue(s_precision) ?? from.Precision,
        };
    }

    private static string[]? Given(ParseResult arguments, Option<string[]> option) =>
        arguments.GetValue(option) is { Length: > 0 } values ? values : null;

    private static string? FullPath(string? path) => path is null ? null : Path.GetFullPath(path);

    private static ArgumentException Missing(string option, string what) =>
        new($"Give {option}, {what}, or --settings with the file of another run. 'synthaugment {Word} --help' lists "
            + "all options.");
}
