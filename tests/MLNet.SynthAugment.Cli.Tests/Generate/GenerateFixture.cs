using System.CommandLine;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MLNet.SynthAugment.Cli.Generate;
using MLNet.SynthAugment.Cli.Hosting;
using MLNet.SynthAugment.Diffusion;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Cli.Tests.Generate;

/// <summary>
/// A folder with a model of a few thousand random weights for 16×16 pixels and images to learn from, and runs of
/// <c>generate</c> on them.
/// </summary>
internal sealed class GenerateFixture : IDisposable
{
    private static readonly Lock s_console = new();

    public GenerateFixture()
    {
        using var model = TinyModels.LatentDiffusion();
        model.Save(In("model"), Precision.Float32);
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("generate-tests-").FullName;

    public string In(params string[] parts) => Path.Combine([Root, .. parts]);

    public void Dispose() => Directory.Delete(Root, recursive: true);

    /// <summary>The content of an image that no other number gives.</summary>
    public static byte[] Image(int number)
    {
        using var image = new Image<Rgb24>(16, 16, new Rgb24((byte)(number * 40), (byte)(255 - number * 9), 90));
        using var stream = new MemoryStream();
        image.SaveAsPng(stream);
        return stream.ToArray();
    }

    public string AddImage(int number, params string[] parts)
    {
        var path = In(parts);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, Image(number));
        return path;
    }

    public string AddText(string text, params string[] parts)
    {
        var path = In(parts);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>The prompts of the images that a run has made, by class and number.</summary>
    public List<string> Prompts() =>
        [.. JsonNode.Parse(File.ReadAllText(In("out", "images", "manifest.json")))!.AsArray()
            .Select(image => (string)image!["prompt"]!)];

    /// <summary>The settings that a run has written.</summary>
    public JsonNode Settings => JsonNode.Parse(File.ReadAllText(In("out", "settings.json")))!;

    /// <summary>Classes cat and dog with four images each.</summary>
    public string AddSet()
    {
        foreach (var (name, first) in new[] { ("cat", 0), ("dog", 4) })
        {
            for (var i = 0; i < 4; i++)
                AddImage(first + i, "set", name, $"{i}.png");
        }
        return In("set");
    }

    public string AddZip(params (string Entry, byte[] Content)[] entries)
    {
        using var zip = ZipFile.Open(In("set.zip"), ZipArchiveMode.Create);
        foreach (var (entry, content) in entries)
        {
            using var stream = zip.CreateEntry(entry).Open();
            stream.Write(content);
        }
        return In("set.zip");
    }

    /// <summary>The arguments of a quick run of DataDream, the default method, on the tiny model.</summary>
    public string[] QuickRun(string images, params string[] more) => QuickRun(images, perClass: 3, batch: 2, more);

    /// <inheritdoc cref="QuickRun(string, string[])"/>
    public string[] QuickRun(string images, int perClass, int batch, params string[] more) =>
        ["--images", images, "--device", "cpu", "--out", In("out"), "--per-class", $"{perClass}", "--batch", $"{batch}",
            .. QuickMethod.Arguments("datadream", this), .. more];

    /// <summary>Runs <c>generate</c> in this process.</summary>
    public static (int ExitCode, string Output) Run(params string[] arguments) =>
        Run(GenerateCommand.Create(), arguments);

    /// <summary>Runs a command in this process.</summary>
    public static (int ExitCode, string Output) Run(Command command, params string[] arguments)
    {
        lock (s_console)
        {
            var (output, error) = (Console.Out, Console.Error);
            using var text = new StringWriter();
            Console.SetOut(text);
            Console.SetError(text);
            try
            {
                var exitCode = CommandErrors.ReportAsync(
                    () => command.Parse(arguments)
                        .InvokeAsync(new() { EnableDefaultExceptionHandler = false, Output = text, Error = text }),
                    command);
                return (exitCode.GetAwaiter().GetResult(), text.ToString());
            }
            finally
            {
                Console.SetOut(output);
                Console.SetError(error);
            }
        }
    }

    /// <summary>The images below a folder: path to hash.</summary>
    public static SortedDictionary<string, string> Images(string folder) => Hashes(folder, "*.png");

    /// <summary>The files below a folder whose names fit a pattern: path to hash.</summary>
    public static SortedDictionary<string, string> Hashes(string folder, string pattern) =>
        new(Directory.GetFiles(folder, pattern, SearchOption.AllDirectories)
        .ToDictionary(file => Path.GetRelativePath(folder, file),
            file => System.Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))), StringComparer.Ordinal);
}
