using System.Text.Json;
using MLNet.SynthAugment.Diffusion.Schedulers;

namespace MLNet.SynthAugment.Golden.Pipelines;

/// <summary>An entry of a list of pipeline runs: what was run, with which parts and settings.</summary>
/// <param name="folder">The folder with the list.</param>
/// <param name="root">The whole list.</param>
/// <param name="entry">The run's entry in it.</param>
internal sealed class PipelineCase(GoldenFolder folder, JsonElement root, JsonElement entry)
{
    /// <summary>Name of the run.</summary>
    public string Name => entry.Text("name");

    /// <summary>Kind of pipeline, such as <c>t2i</c>.</summary>
    public string Kind => entry.Text("kind");

    /// <summary>Name of the file with inputs and outputs.</summary>
    public string File => entry.Text("file");

    /// <summary>Inputs and outputs.</summary>
    public GoldenTensors Tensors => folder.Tensors(File);

    /// <summary>Folder of the UNet.</summary>
    public string UNet => folder.Resolve(entry.Text("unet"));

    /// <summary>Folder of the text encoder.</summary>
    public string TextEncoder => folder.Resolve(entry.Text("text_encoder"));

    /// <summary>Folder of the autoencoder, which all runs share.</summary>
    public string Vae => folder.Resolve(root.Text("vae"));

    /// <summary>Number of steps asked for.</summary>
    public int Steps => entry.Count("num_inference_steps");

    /// <summary>The timesteps that were done.</summary>
    public IReadOnlyList<double> Timesteps => entry.Field("timesteps").Numbers();

    /// <summary>Whether an entry describes a pipeline run.</summary>
    public static bool IsOne(JsonElement entry) =>
        new[] { "name", "kind", "file", "unet", "text_encoder", "scheduler" }.All(
            key => entry.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String);

    /// <summary>A number, or what it is if the entry has none of that name.</summary>
    public double Number(string key, double otherwise) => entry.Number(key, otherwise);

    /// <summary>The noise level.</summary>
    public int NoiseLevel => entry.Count("noise_level");

    /// <summary>Makes a scheduler from the class under <paramref name="key"/> and its config.</summary>
    public Scheduler Scheduler(string key) =>
        GoldenScheduler.Make(entry.Text(key), entry.Field(key + "_config"), key == "scheduler"
            && entry.TryGetProperty("eta", out var eta) ? JsonSerializer.SerializeToElement(new { eta }) : default);
}
