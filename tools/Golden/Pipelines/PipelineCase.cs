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

/// <summary>
/// Gives recorded noise to a pipeline. A file numbers its draws in the order in which the reference made them: first
/// those that a kind of pipeline always makes, then one for each step that needs noise. The noise that sampling starts
/// from has a name of its own, if the run starts from noise alone.
/// </summary>
internal sealed class PipelineNoise
{
    private const string Start = "latents_in";

    private readonly GoldenTensors _tensors;
    private readonly Device _device;
    private readonly Dictionary<string, string> _names = [];
    private int _draws;

    /// <summary>Numbers the first draws.</summary>
    /// <param name="tensors">The file.</param>
    /// <param name="device">Where the noise is wanted.</param>
    /// <param name="firstStreams">The streams that the reference draws before the first step, in order.</param>
    public PipelineNoise(GoldenTensors tensors, Device device, params IEnumerable<string> firstStreams)
    {
        (_tensors, _device) = (tensors, device);
        foreach (var stream in firstStreams)
            NameOf(stream);
    }

    /// <summary>The noise of a stream, as a <see cref="NoiseSource"/>.</summary>
    public Tensor Get(string stream, long[] rowShape) => _tensors[NameOf(stream)].to(_device);

    /// <summary>Says that the reference's draw for a stream has no effect.</summary>
    public void PassOver(string stream) => _tensors.PassOver(NameOf(stream));

    private string NameOf(string stream)
    {
        if (!_names.TryGetValue(stream, out var name))
            _names[stream] = name = stream == RequestNoise.Latents && _tensors.Has(Start) ? Start : $"noise.{_draws++}";
        return name;
    }
}
