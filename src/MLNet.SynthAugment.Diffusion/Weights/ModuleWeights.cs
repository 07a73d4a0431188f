using MLNet.SynthAugment.Diffusion.Weights.Namings;
using TorchSharp.Modules;

namespace MLNet.SynthAugment.Diffusion.Weights;

/// <summary>Moves weights between files and modules, by name.</summary>
public static class ModuleWeights
{
    private const int NamesShown = 8;

    /// <summary>
    /// Fills every parameter of <paramref name="module"/> from the files, whose naming is recognised. Nothing is
    /// changed unless all fits.
    /// </summary>
    /// <param name="module">The model.</param>
    /// <param name="weights">The files.</param>
    /// <param name="ignores">Says which tensors may be passed over by their names; null for none.</param>
    /// <exception cref="ModelFolderException">A name is missing or unexpected, or a shape differs; all of them are
    /// listed.</exception>
    public static void Load(nn.Module module, WeightFiles weights, Func<string, bool>? ignores = null)
    {
        var naming = WeightNaming.Of(weights.Names);
        var sources = module.named_parameters()
            .Select(entry => (Parameter: entry.parameter, Source: naming.SourceOf(entry.name, weights.Names))).ToList();
        var (found, missing) = (sources.Where(entry => weights.Names.Contains(entry.Source.Name)).ToList(),
            sources.Select(entry => entry.Source.Name).Except(weights.Names).ToList());
        var used = found.Select(entry => entry.Source.Name).ToHashSet();
        var unexpected = weights.Names.Where(name => !used.Contains(name) && !IsPositionIds(name)
            && !naming.Ignores(name) && ignores?.Invoke(name) != true).ToList();
        var misshapen = found.Select(entry => (entry.Source.Name, File: weights.Info(entry.Source.Name).Shape,
                Config: entry.Source.FileShape(entry.Parameter.shape)))
            .Where(entry => !entry.File.SequenceEqual(entry.Config))
            .Select(entry => $"{entry.Name} is [{string.Join(", ", entry.File)}] in the file, "
                + $"[{string.Join(", ", entry.Config)}] by the config")
            .Distinct().ToList();
        if (missing.Count + unexpected.Count + misshapen.Count > 0)
            throw new ModelFolderException(
                $"{string.Join(", ", weights.Paths)}: the weights do not fit the {module.GetType().Name} that the "
                    + "config describes."
                + List("Missing", missing) + List("Unexpected", unexpected) + List("Of another shape", misshapen));
        foreach (var (parameter, source) in found)
            source.CopyTo(parameter, weights);
    }

    /// <summary>
    /// Builds a module, but none that is far larger than its weights, and fills it; it is disposed again if the weights
    /// do not fit.
    /// </summary>
    internal static T LoadInto<T>(
        Func<T> build, WeightFiles weights, Func<string, bool>? ignores = null) where T : nn.Module
    {
        T module;
        using (ParameterBudget.For(weights))
            module = build();
        try
        {
            Load(module, weights, ignores);
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
        using var noGradient = no_grad();
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

/// <summary>
/// Keeps a config from making gigabytes of parameters, or millions of them, for a weight file that holds few: names and
/// shapes can only be compared when the module is built, and configs come from anywhere. Where config and file differ
/// by less than that, the comparison gives the better error.
/// </summary>
internal sealed class ParameterBudget : IDisposable
{
    private const long SpareElements = 1 << 24;
    private const long SpareTensors = 2000;

    [ThreadStatic]
    private static ParameterBudget? s_current;

    private readonly ParameterBudget? _outer = s_current;
    private readonly WeightFiles _weights;
    private double _elementsLeft;
    private long _tensorsLeft;

    private ParameterBudget(WeightFiles weights)
    {
        _weights = weights;
        _elementsLeft = 2.0 * weights.ElementCount + SpareElements;
        _tensorsLeft = 2L * weights.Names.Count + SpareTensors;
    }

    /// <summary>Limits the modules that this thread builds, until it is disposed.</summary>
    internal static ParameterBudget For(WeightFiles weights) => s_current = new ParameterBudget(weights);

    /// <summary>Asks for a parameter, before it is made.</summary>
    /// <exception cref="ModelFolderException">The module is far larger than its weights.</exception>
    internal static void Take(IEnumerable<long> shape)
    {
        if (s_current is not { } budget)
            return;
        // In floating point, where a product of sizes cannot overflow.
        budget._elementsLeft -= shape.Aggregate(1.0, (product, size) => product * size);
        if (budget._elementsLeft < 0 || --budget._tensorsLeft < 0)
            throw new ModelFolderException(
                $"{string.Join(", ", budget._weights.Paths)}: the config describes a model far larger than these "
                    + "weights, "
                + $"which are {budget._weights.Names.Count} tensors of {budget._weights.ElementCount} values in all; "
                + "the two do not belong together.");
    }

    /// <summary>Lifts the limit.</summary>
    public void Dispose() => s_current = _outer;
}
