using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Weights;

/// <summary>Moves weights between files and modules, by name.</summary>
public static class ModuleWeights
{
    private const int NamesShown = 8;

    /// <summary>
    /// Fills every parameter of <paramref name="module"/> from the files. Nothing is changed unless all fits.
    /// </summary>
    /// <param name="module">The model, whose parameter names are those of the files.</param>
    /// <param name="weights">The files.</param>
    /// <param name="rename">Turns a name in the file into the parameter's name (for older namings), or into null for a
    /// tensor that is to be passed over.</param>
    /// <exception cref="ModelFolderException">A name is missing or unexpected, or a shape differs; all of them are
    /// listed.</exception>
    public static void Load(nn.Module module, WeightFiles weights, Func<string, string?>? rename = null)
    {
        var parameters = module.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        var sources = new Dictionary<string, string>();
        var unexpected = new List<string>();
        foreach (var name in weights.Names.Where(name => !IsPositionIds(name)))
        {
            var target = rename is null ? name : rename(name);
            if (target is null)
                continue;
            if (!parameters.ContainsKey(target) || !sources.TryAdd(target, name))
                unexpected.Add(name);
        }
        var missing = parameters.Keys.Where(name => !sources.ContainsKey(name)).ToList();
        var misshapen = sources.Where(
            source => !parameters[source.Key].shape.SequenceEqual(weights.Info(source.Value).Shape))
            .Select(source => $"{source.Key} is [{string.Join(", ", weights.Info(source.Value).Shape)}] in the file, [{string.Join(", ", parameters[source.Key].shape)}] by the config")
            .ToList();
        RequireFit(module, weights, missing, unexpected, misshapen);
        foreach (var (target, source) in sources)
            weights.CopyTo(source, parameters[target]);
    }

    /// <summary>Throws with all that does not fit, unless there is nothing.</summary>
    internal static void RequireFit(
        nn.Module module, WeightFiles weights, List<string> missing, List<string> unexpected, List<string> misshapen)
    {
        if (missing.Count + unexpected.Count + misshapen.Count > 0)
            throw new ModelFolderException(
                $"{string.Join(", ", weights.Paths)}: the weights do not fit the {module.GetType().Name} that the "
                    + "config describes."
                + List("Missing", missing) + List("Unexpected", unexpected) + List("Of another shape", misshapen));
    }

    /// <summary>
    /// Builds a module, but none that is far larger than its weights, and fills it; it is disposed again if the weights
    /// do not fit.
    /// </summary>
    internal static T LoadInto<T>(
        Func<T> build, WeightFiles weights, Func<string, string?>? rename = null) where T : nn.Module
    {
        T module;
        using (ParameterBudget.For(weights))
            module = build();
        try
        {
            Load(module, weights, rename);
            return module;
        }
        catch
        {
            module.Dispose();
            throw;
        }
    }

    /// <summary>Writes all parameters to a safetensors file.</summary>
    /// <param name="module">The model.</param>
    /// <param name="path">The file; one that is there is replaced when the new one is complete.</param>
    /// <param name="dtype">The type to write.</param>
    public static void Save(nn.Module module, string path, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var tensors = module.named_parameters()
            .Select(entry => KeyValuePair.Create(entry.name, entry.parameter.detach().to(dtype)))
            .ToList();
        SafetensorsWriter.Write(path, tensors, new Dictionary<string, string> { ["format"] = "pt" });
    }

    /// <summary>Switches gradients of all parameters on or off.</summary>
    /// <param name="module">The model.</param>
    /// <param name="trainable">Whether the parameters shall get gradients.</param>
    public static void SetTrainable(nn.Module module, bool trainable)
    {
        foreach (Parameter parameter in module.parameters())
            parameter.requires_grad = trainable;
    }

    // The positions 0, 1, 2, ... that older versions of transformers stored beside the weights.
    private static bool IsPositionIds(string name) => name.EndsWith(".position_ids", StringComparison.Ordinal);

    private static string List(string title, List<string> names)
    {
        if (names.Count == 0)
            return "";
        var more = names.Count > NamesShown ? $" and {names.Count - NamesShown} more" : "";
        return $" {title}: {string.Join("; ", names.Take(NamesShown))}{more}.";
    }
}
