using System.CommandLine.Parsing;
using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.Lora;

namespace MLNet.SynthAugment.Cli.Convert;

/// <summary><c>synthaugment convert</c>: rewrites a LoRA file in another naming.</summary>
internal static class ConvertCommand
{
    private static readonly Argument<string> s_in = new("in")
    { Description = "A LoRA file (safetensors) in any of the formats." };
    private static readonly Argument<string> s_out = new("out")
    { Description = "The file to write; one that is there is replaced." };
    private static readonly Option<LoraFormat> s_to = new("--to")
    {
        Description = "Naming of the new file.",
        Required = true,
        CustomParser = Parse,
        CompletionSources = { LoraFormat.All.Select(format => format.Name).ToArray() },
    };
    private static readonly Option<string?> s_model = new("--model")
    {
        Description = "Stable Diffusion folder that the adapter is for; needed to understand kohya's names. Only the "
            + "headers of its weight files are read.",
    };
    private static readonly Option<bool> s_ignoreUnknown = new("--ignore-unknown")
    { Description = "Leaves out layers that the model does not have." };
    private static readonly Option<Precision> s_precision = new("--precision")
    { Description = "Type of the matrices in the new file.", DefaultValueFactory = _ => Precision.Float32 };

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var command = new Command("convert", "Converts a LoRA file between the namings of PEFT, diffusers and kohya.")
            { s_in, s_out, s_to, s_model, s_ignoreUnknown, s_precision };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var (input, output) = (arguments.GetRequiredValue(s_in), arguments.GetRequiredValue(s_out));
        var to = arguments.GetRequiredValue(s_to);
        var from = LoraAdapter.FormatOf(input);
        using var adapter = arguments.GetValue(s_model) is { } model
            ? LoraAdapter.Load(input, LoraLayers.PathsIn(model), arguments.GetValue(s_ignoreUnknown), Warn)
            : from == LoraFormat.Kohya
                ? throw new ArgumentException(
                    $"{input} has kohya's names, which can be understood only with the model they are for: give its "
                        + "folder as --model.")
                : LoraAdapter.Load(input, Warn);
        adapter.Save(output, to, arguments.GetValue(s_precision), Warn);
        Console.WriteLine($"{output}: {adapter.Layers.Count} layers, from {from} to {to}.");
        return 0;

        static void Warn(string sentence) => Console.WriteLine($"Warning: {sentence}");
    }

    private static LoraFormat? Parse(ArgumentResult argument)
    {
        var word = argument.Tokens[0].Value;
        var format = LoraFormat.All.FirstOrDefault(
            format => format.Name.Equals(word, StringComparison.OrdinalIgnoreCase));
        if (format is null)
            argument.AddError(
                $"There is no LoRA format '{word}'. The formats are {string.Join(", ", LoraFormat.All)}.");
        return format;
    }
}
