using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using FewShotAccuracy.Reports;
using MLNet.SynthAugment;
using MLNet.SynthAugment.Diffusion.Weights;
using MLNet.SynthAugment.Methods;

namespace FewShotAccuracy;

/// <summary>The program's options, errors and exit codes: 0 done, 1 failed, 130 interrupted.</summary>
public static class CommandLine
{
    private const int Failed = 1;
    private const int Interrupted = 130;

    private static readonly Option<string?> s_images = new("--images")
    {
        Description = "Folder or zip file with <class>/* or train/<class>/* and test/<class>/*. Without it: characters that the program draws.",
    };

    private static readonly Option<int> s_shots = Positive("--shots", 5, "Real training images of each class.");

    private static readonly Option<int?> s_perClass = OptionalPositive("--per-class", "Synthetic images of each class. Without it: by the number of classes.");

    private static readonly Option<int> s_seeds = Positive("--seeds", 3, "Repetitions.");

    private static readonly Option<int> s_demoClasses = Positive("--demo-classes", 12, "Characters to draw where there is no --images.");

    private static readonly Option<string> s_out = new("--out") { Description = "Folder for everything that is written.", DefaultValueFactory = _ => "demo-output" };

    private static readonly Option<string?> s_model = new("--model")
    {
        Description = "A Hugging Face folder of a Stable-Diffusion-like model. Without it: the embedded model.",
    };

    private static readonly Option<LoraScope> s_method = new("--method")
    {
        Description = "datadream: one LoRA for all classes; datadream-class: one for each class.",
        DefaultValueFactory = _ => LoraScope.Dataset,
        CustomParser = ParseMethod,
    };

    private static readonly Option<int?> s_epochs =
        OptionalPositive("--epochs", "Passes over the shots in DataDream's training. Without it: by model and number of shots.");

    private static readonly Option<int?> s_samplingSteps = OptionalPositive("--sampling-steps", "Denoising steps of an image. Without it: by model.");

    private static readonly Option<string> s_device = new("--device") { Description = "auto, cpu, cuda or cuda:N.", DefaultValueFactory = _ => "auto" };

    private static readonly Option<double> s_realWeight = new("--real-weight")
    {
        Description = "Share of the real images in the training loss, 0 to 1, wherever there are made ones.",
        DefaultValueFactory = _ => new ExperimentSettings { Out = "" }.RealLossWeight,
    };

    private static readonly Option<bool> s_flip = new("--flip")
    {
        Description = "Mirror images in the classic augmentation (off: mirrored characters and signs are other classes).",
    };

    private static readonly Option<bool> s_drawShots = new("--draw-shots")
    {
        Description = "Draw the shots from the train split by the seed. Without it: the first ones by the set's index.csv or by file name.",
    };

    public static async Task<int> RunAsync(string[] args)
    {
        var command = new RootCommand("Measures what synthetic training images do for a few-shot ML.NET classifier.")
        {
            s_images, s_shots, s_perClass, s_seeds, s_demoClasses, s_out, s_method, s_epochs, s_samplingSteps, s_model, s_device,
            s_realWeight, s_flip, s_drawShots,
        };
        var interrupted = new CancellationTokenSource();
        command.SetAction(parsed => RunReportingErrors(parsed, interrupted.Token));
        Console.CancelKeyPress += (_, key) =>
        {
            // The first Ctrl-C ends the run cleanly, a second one at once.
            key.Cancel = !interrupted.IsCancellationRequested;
            Console.Error.WriteLine("Stopping ...");
            interrupted.Cancel();
        };
        return await command.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static int RunReportingErrors(ParseResult parsed, CancellationToken cancellation)
    {
        try
        {
            Run(ReadSettings(parsed), cancellation);
            return 0;
        }
        catch (Exception exception) when (cancellation.IsCancellationRequested && Causes(exception).Any(cause => cause is OperationCanceledException))
        {
            Console.Error.WriteLine("Interrupted. The same command goes on from the images made so far.");
            return Interrupted;
        }
        catch (Exception exception) when (exception is ArgumentException or IOException or InvalidDataException or InvalidOperationException
            or UnauthorizedAccessException or SafetensorsException)
        {
            // ML.NET wraps what happened on its worker threads: the innermost message says what was wrong.
            Console.Error.WriteLine(Causes(exception).Last().Message);
            return Failed;
        }
    }

    private static IEnumerable<Exception> Causes(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
            yield return cause;
    }

    private static void Run(ExperimentSettings settings, CancellationToken cancellation)
    {
        Directory.CreateDirectory(settings.Out);
        var results = new Experiment(settings, Console.WriteLine).Run(cancellation);
        ResultsFile.Write(results, OutputFiles.Results(settings.Out));
        Console.WriteLine();
        foreach (var line in ResultsTable.Lines(results))
            Console.WriteLine(line);
        Console.WriteLine();
        Console.WriteLine($"Numbers            {OutputFiles.Results(settings.Out)}");
        Console.WriteLine($"Contact sheet      {OutputFiles.ContactSheet(settings.Out, 1)}");
        Console.WriteLine($"Synthetic images   {OutputFiles.SeedFolder(settings.Out, "synthetic", 1)}");
    }

    private static ExperimentSettings ReadSettings(ParseResult parsed) => new()
    {
        Images = parsed.GetValue(s_images),
        Shots = parsed.GetValue(s_shots),
        PerClass = parsed.GetValue(s_perClass),
        Seeds = parsed.GetValue(s_seeds),
        DemoClasses = parsed.GetValue(s_demoClasses),
        Out = Path.GetFullPath(parsed.GetValue(s_out)!),
        Model = parsed.GetValue(s_model) is { } folder ? DiffusionModel.FromFolder(folder) : null,
        Scope = parsed.GetValue(s_method),
        Epochs = parsed.GetValue(s_epochs),
        SamplingSteps = parsed.GetValue(s_samplingSteps),
        Device = parsed.GetValue(s_device)!,
        RealLossWeight = parsed.GetValue(s_realWeight),
        Flip = parsed.GetValue(s_flip),
        DrawShots = parsed.GetValue(s_drawShots),
    };

    private static LoraScope ParseMethod(ArgumentResult argument)
    {
        switch (argument.Tokens[0].Value)
        {
            case "datadream":
                return LoraScope.Dataset;
            case "datadream-class":
                return LoraScope.Class;
            default:
                argument.AddError($"--method must be datadream or datadream-class, not '{argument.Tokens[0].Value}'.");
                return default;
        }
    }

    private static Option<int> Positive(string name, int value, string description)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(RequirePositive);
        return option;
    }

    private static Option<int?> OptionalPositive(string name, string description)
    {
        var option = new Option<int?>(name) { Description = description };
        option.Validators.Add(RequirePositive);
        return option;
    }

    private static void RequirePositive(OptionResult result)
    {
        if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var value) && value < 1)
            result.AddError($"{result.Option.Name} must be at least 1, not {value}.");
    }
}
