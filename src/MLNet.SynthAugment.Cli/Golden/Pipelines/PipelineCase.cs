using System.Text.Json;
using System.Text.Json.Nodes;
using MLNet.SynthAugment.Diffusion.Schedulers;

namespace MLNet.SynthAugment.Cli.Golden.Pipelines;

/// <summary>An entry of a list of pipeline runs: what was run, with which parts and settings.</summary>
internal sealed class PipelineCase(GoldenFolder folder, JsonElement root, JsonElement entry)
{
    /// <summary>Name of the run.</summary>
    public string Name => Text("name");

    /// <summary>Kind of pipeline, such as <c>t2i</c>.</summary>
    public string Kind => Text("kind");

    /// <summary>Name of the file with inputs and outputs.</summary>
    public string File => Text("file");

    /// <summary>Inputs and outputs.</summary>
    public GoldenTensors Tensors => folder.Tensors(File);

    /// <summary>Folders of the models.</summary>
    public string UNet => folder.Resolve(Text("unet"));

    /// <summary>Folder of the text encoder.</summary>
    public string TextEncoder => folder.Resolve(Text("text_encoder"));

    /// <summary>Folder of the autoencoder, which all runs share unless one names its own.</summary>
    public string Vae => folder.Resolve((entry.TryGetProperty("vae", out var own) ? own : root.GetProperty("vae")).GetString()!);

    /// <summary>Number of steps asked for.</summary>
    public int Steps => entry.GetProperty("num_inference_steps").GetInt32();

    /// <summary>The timesteps that were done.</summary>
    public IReadOnlyList<double> Timesteps => [.. entry.GetProperty("timesteps").EnumerateArray().Select(value => value.GetDouble())];

    /// <summary>Whether an entry describes a pipeline run.</summary>
    public static bool IsOne(JsonElement entry) =>
        new[] { "name", "kind", "file", "unet", "text_encoder", "scheduler" }.All(key => entry.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String);

    /// <summary>A number, or null if the entry has none of that name.</summary>
    public double? Number(string key) => entry.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    /// <summary>A whole number, or null.</summary>
    public int? WholeNumber(string key) => entry.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : null;

    /// <summary>Makes a scheduler from the class under <paramref name="key"/> and its config.</summary>
    public Scheduler Scheduler(string key)
    {
        var scheduler = Diffusion.Schedulers.Scheduler.Create(SchedulerConfig(key), RefuseSubstitute);
        return scheduler is DdimScheduler && Number("eta") is { } eta ? new DdimScheduler(scheduler.Config, eta) : scheduler;
    }

    /// <summary>The config of a scheduler, with its class.</summary>
    public SchedulerConfig SchedulerConfig(string key)
    {
        var fields = JsonNode.Parse(entry.GetProperty(key + "_config").GetRawText())!.AsObject();
        fields["_class_name"] = Text(key);
        return Diffusion.Schedulers.SchedulerConfig.FromJson(fields.ToJsonString());
    }

    private string Text(string key) => entry.GetProperty(key).GetString()!;

    private static void RefuseSubstitute(string message) => throw new NotSupportedException(message);
}
