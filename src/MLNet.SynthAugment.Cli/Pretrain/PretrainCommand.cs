using System.CommandLine;
using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.ImageSets;
using MLNet.SynthAugment.Diffusion.Pretraining;
using MLNet.SynthAugment.Diffusion.Pretraining.Optimization;
using TorchSharp;

namespace MLNet.SynthAugment.Cli.Pretrain;

/// <summary><c>synthaugment pretrain</c>: trains a small text-to-image model from image folders or zips.</summary>
internal static class PretrainCommand
{
    private const double AutoencoderShareOfTime = 0.08;
    private const double ContrastiveShareOfTime = 0.10;

    private static readonly Option<string[]> s_images = new("--images")
    {
        Description = "A folder or zip laid out as <class>/*, or with :split as <split>/<class>/*. May be given several times.",
        Required = true,
    };
    private static readonly Option<string> s_out = new("--out") { Description = "Folder of the model.", Required = true };
    private static readonly Option<string[]> s_exclude = new("--exclude") { Description = "Leaves out classes whose names begin with this text. May be given several times." };
    private static readonly Option<string[]> s_holdOut = new("--hold-out")
    {
        Description = "Trains on no class whose name begins with this text, and reports now and then what the model does with them. May be given several times.",
    };
    private static readonly Option<string?> s_from = new("--from")
    {
        Description = "Folder of a model that pretrain made: its UNet and CLIP are trained further, from their weights, for --steps and --contrastive-steps (0 leaves one as it is). Take another --seed than it had.",
    };
    private static readonly Option<long> s_seed = new("--seed") { Description = "Seed of everything random.", DefaultValueFactory = _ => 1 };
    private static readonly Option<long> s_steps = new("--steps") { Description = "Steps of the UNet.", DefaultValueFactory = _ => 30_000 };
    private static readonly Option<long> s_autoencoderSteps = new("--autoencoder-steps") { Description = "Steps of the autoencoder.", DefaultValueFactory = _ => 5_000 };
    private static readonly Option<long> s_contrastiveSteps = new("--contrastive-steps") { Description = "Steps of CLIP.", DefaultValueFactory = _ => 2_000 };
    private static readonly Option<double?> s_minutes = new("--minutes")
    {
        Description = "Greatest computing time over all sittings; 8 % of it for the autoencoder, 10 % for CLIP. Results then depend on the machine's speed.",
    };
    private static readonly Option<int> s_batch = new("--batch") { Description = "Pictures in a step of the UNet, two of a class.", DefaultValueFactory = _ => 32 };
    private static readonly Option<double> s_checkpoint = new("--checkpoint-minutes") { Description = "Time between checkpoints and sample pictures.", DefaultValueFactory = _ => 10 };
    private static readonly Option<string> s_device = new("--device") { Description = "auto, cpu, cuda or cuda:N.", DefaultValueFactory = _ => "auto" };
    private static readonly Option<int?> s_threads = new("--threads") { Description = "Threads of libtorch on the CPU; its own choice if not given." };
    private static readonly Option<Precision> s_precision = new("--precision") { Description = "Precision of the weights in the finished model.", DefaultValueFactory = _ => Precision.Float16 };

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var command = new Command("pretrain", "Trains a small model that draws from texts and images. Stopped at any moment, the same command goes on.")
        {
            s_images, s_out, s_exclude, s_holdOut, s_from, s_seed, s_steps, s_autoencoderSteps, s_contrastiveSteps, s_minutes, s_batch, s_checkpoint, s_device, s_threads, s_precision,
        };
        command.SetAction((arguments, cancellationToken) => Task.Run(() => Run(arguments, cancellationToken), CancellationToken.None));
        return command;
    }

    private static int Run(ParseResult arguments, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(s_threads) is { } threads)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1, "--threads");
            torch.set_num_threads(threads);
        }
        PretrainConsole.Show((progress, log) => new Pretrainer(Options(arguments), log).Run(progress, cancellationToken));
        return 0;
    }

    private static PretrainingOptions Options(ParseResult arguments)
    {
        var minutes = arguments.GetValue(s_minutes);
        var excluded = arguments.GetValue(s_exclude) ?? [];
        var heldOut = arguments.GetValue(s_holdOut) ?? [];
        return new PretrainingOptions
        {
            Images = [.. arguments.GetRequiredValue(s_images).Select(ImageSetLocation.Parse)],
            OutputFolder = arguments.GetRequiredValue(s_out),
            ExcludeClass = name => BeginsWithOneOf(name, excluded),
            HoldOutClass = heldOut.Length == 0 ? null : name => BeginsWithOneOf(name, heldOut),
            InitialModel = arguments.GetValue(s_from),
            Seed = arguments.GetValue(s_seed),
            AutoencoderBudget = new StageBudget(arguments.GetValue(s_autoencoderSteps), Time(AutoencoderShareOfTime)),
            ContrastiveBudget = new StageBudget(arguments.GetValue(s_contrastiveSteps), Time(ContrastiveShareOfTime)),
            DiffusionBudget = new StageBudget(arguments.GetValue(s_steps), Time(1 - AutoencoderShareOfTime - ContrastiveShareOfTime)),
            DiffusionBatchSize = arguments.GetValue(s_batch),
            CheckpointInterval = TimeSpan.FromMinutes(arguments.GetValue(s_checkpoint)),
            Device = arguments.GetRequiredValue(s_device),
            Precision = arguments.GetValue(s_precision),
        };

        static bool BeginsWithOneOf(string name, string[] texts) => texts.Any(text => name.StartsWith(text, StringComparison.OrdinalIgnoreCase));
        TimeSpan? Time(double share) => minutes is { } all ? TimeSpan.FromMinutes(all * share) : null;
    }
}
