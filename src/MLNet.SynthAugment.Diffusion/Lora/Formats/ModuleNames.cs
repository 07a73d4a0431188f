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
        var layout = new OriginalLayout(_paths.Where(path => path.StartsWith(DottedNames.UNet, StringComparison.Ordinal)).Select(Module));
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
            DottedNames.TextEncoder => [KohyaFormat.OnlyTextEncoder + module, KohyaFormat.TextEncoder1 + module],
            DottedNames.TextEncoder2 => [KohyaFormat.TextEncoder2 + module],
            _ when layout.NameOf(module) is { } original => [KohyaFormat.UNet + module, KohyaFormat.UNet + original],
            _ => [KohyaFormat.UNet + module],
        };
        return names.Select(name => name.Replace('.', '_'));
    }

    private static string Module(string path) => path[(path.IndexOf('.') + 1)..];
}
