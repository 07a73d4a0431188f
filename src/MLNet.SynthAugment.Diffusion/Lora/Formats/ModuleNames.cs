using MLNet.SynthAugment.Diffusion.Weights.Namings;

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
            foreach (var name in KohyaNames(path, layout))
                _pathOfKohya.TryAdd(name, path);
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
        [.. encoders.SelectMany(encoder => module.StartsWith(ClipTowerNaming.Text, StringComparison.Ordinal)
            ? new[] { encoder + module, encoder + module[ClipTowerNaming.Text.Length..] }
            : [encoder + module])];

    private static string Module(string path) => path[(path.IndexOf('.') + 1)..];
}

/// <summary>
/// The UNet's modules in the numbering of the original latent-diffusion code (<c>input_blocks</c>, <c>middle_block</c>,
/// <c>output_blocks</c>), which kohya files of SDXL use. There each residual block (module 0) with its transformer
/// (module 1) is one numbered block, as is each down-sampler and the first convolution.
/// </summary>
internal sealed partial class OriginalLayout
{
    private static readonly Dictionary<string, string> s_single = new()
    {
        ["conv_in"] = "input_blocks.0.0",
        ["conv_out"] = "out.2",
        ["time_embedding.linear_1"] = "time_embed.0",
        ["time_embedding.linear_2"] = "time_embed.2",
        ["add_embedding.linear_1"] = "label_emb.0.0",
        ["add_embedding.linear_2"] = "label_emb.0.2",
    };

    private static readonly Dictionary<string, string> s_residualBlock = new()
    {
        ["conv1"] = "in_layers.2",
        ["time_emb_proj"] = "emb_layers.1",
        ["conv2"] = "out_layers.3",
        ["conv_shortcut"] = "skip_connection",
    };

    private readonly Dictionary<(string Way, int Level), int> _layers = [];
    private readonly HashSet<(string Way, int Level)> _withTransformers = [];

    /// <summary>Counts the layers of each level.</summary>
    /// <param name="paths">Paths of the UNet's modules, without <c>unet.</c></param>
    public OriginalLayout(IEnumerable<string> paths)
    {
        foreach (var match in paths.Select(path => BlockModule().Match(path)).Where(match => match.Success))
        {
            var (level, index) = ((match.Groups["way"].Value, Number(match, "level")), Number(match, "index"));
            if (match.Groups["kind"].Value == "resnets") _layers[level] =
                Math.Max(_layers.GetValueOrDefault(level), index + 1);
            if (match.Groups["kind"].Value == "attentions")
                _withTransformers.Add(level);
        }
    }

    /// <summary>The original name of a module, or null if it has none.</summary>
    public string? NameOf(string path)
    {
        if (s_single.TryGetValue(path, out var single))
            return single;
        var match = BlockModule().Match(path);
        if (match.Success)
            return BlockName(match);
        match = MiddleModule().Match(path);
        if (!match.Success)
            return null;
        var residual = match.Groups["kind"].Value == "resnets";
        return Inner(match) is { } inner
            ? $"middle_block.{2 * Number(match, "index") + (residual ? 0 : 1)}.{inner}" : null;
    }

    private string? BlockName(Match match)
    {
        var way = match.Groups["way"].Value;
        var (level, index) = (Number(match, "level"), Number(match, "index"));
        var (blocks, first) = way == "down"
            ? ("input_blocks", 1 + Before(level, way) + level) : ("output_blocks", Before(level, way));
        var layers = _layers.GetValueOrDefault((way, level));
        return match.Groups["kind"].Value switch
        {
            "resnets" => Inner(match) is { } inner ? $"{blocks}.{first + index}.0.{inner}" : null,
            "attentions" => $"{blocks}.{first + index}.1.{match.Groups["rest"].Value}",
            "downsamplers" => $"{blocks}.{first + layers}.0.op",
            _ => $"{blocks}.{first + layers - 1}.{(_withTransformers.Contains((way, level)) ? 2 : 1)}.conv",
        };
    }

    // Residual blocks in the levels before.
    private int Before(int level, string way) =>
        Enumerable.Range(0, level).Sum(earlier => _layers.GetValueOrDefault((way, earlier)));

    private static string? Inner(Match match) => match.Groups["kind"].Value == "resnets"
        ? s_residualBlock.GetValueOrDefault(match.Groups["rest"].Value)
        : match.Groups["rest"].Value;

    private static int Number(Match match, string group) =>
        int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^(?<way>down|up)_blocks\.(?<level>[0-9]{1,4})\.(?<kind>resnets|attentions|downsamplers|upsamplers)\."
            + @"(?<index>[0-9]{1,4})\.(?<rest>.+)\z", RegexOptions.CultureInvariant)]
    private static partial Regex BlockModule();

    [GeneratedRegex(@"^mid_block\.(?<kind>resnets|attentions)\.(?<index>[0-9]{1,4})\.(?<rest>.+)\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex MiddleModule();
}
