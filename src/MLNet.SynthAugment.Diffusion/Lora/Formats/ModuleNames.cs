using MLNet.SynthAugment.Diffusion.Clip;

namespace MLNet.SynthAugment.Diffusion.Lora.Formats;

/// <summary>The modules of a model, by path and by the names that kohya files give them.</summary>
internal sealed class ModuleNames
{
    private readonly HashSet<string> _paths;
    private readonly Dictionary<string, string> _pathOfKohya = new(StringComparer.Ordinal);

    /// <param name="paths">Module paths (<c>unet.…</c>, <c>text_encoder.…</c>, <c>text_encoder_2.…</c>).</param>
    public ModuleNames(IEnumerable<string> paths)
    {
        _paths = new HashSet<string>(paths, StringComparer.Ordinal);
        var layout = new OriginalLayout(
            _paths.Where(path => path.StartsWith(DottedNames.UNet, StringComparison.Ordinal)).Select(Module));
        foreach (var path in _paths)
        {
            foreach (var name in KohyaNames(path, layout)) _pathOfKohya.TryAdd(name, path);
        }
    }

    /// <summary>Whether the model has a module of that path.</summary>
    public bool Contains(string path) => _paths.Contains(path);

    /// <summary>The path of the module that a kohya file calls so, or null.</summary>
    public string? OfKohya(string name) => _pathOfKohya.GetValueOrDefault(name);

    private static IEnumerable<string> KohyaNames(string path, OriginalLayout layout)
    {
        var module = Module(path);
        string[] names = path[..^module.Length] switch
        {
            DottedNames.TextEncoder => TextNames(module, KohyaFormat.OnlyTextEncoder, KohyaFormat.TextEncoder1),
            DottedNames.TextEncoder2 => TextNames(module, KohyaFormat.TextEncoder2),
            _ when layout.NameOf(module) is { } original => [KohyaFormat.UNet + module, KohyaFormat.UNet + original],
            _ => [KohyaFormat.UNet + module],
        };
        return names.Select(name => name.Replace('.', '_'));
    }

    // Trained on a text encoder of transformers 5, names lack the tower.
    private static string[] TextNames(string module, params string[] encoders) =>
        [.. encoders.SelectMany(encoder => module.StartsWith(ClipTowerName.Text, StringComparison.Ordinal)
            ? new[] { encoder + module, encoder + module[ClipTowerName.Text.Length..] }
            : [encoder + module])];

    private static string Module(string path) => path[(path.IndexOf('.') + 1)..];
}
