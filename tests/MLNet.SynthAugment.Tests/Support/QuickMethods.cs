using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Tests.Support;

/// <summary>
/// Every method with settings that take a moment on a model of a few thousand random weights, whose prompts hold a few
/// letters, and variants that go other ways through the code.
/// </summary>
public static class QuickMethods
{
    private static readonly JsonSerializerOptions s_format = new()
    { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private static readonly Dictionary<string, object> s_quick = new()
    {
        ["Sampling.Steps"] = 2,
        ["Sampling.GuidanceScale"] = 2,
        ["Start.Strengths"] = new[] { 0.5, 1 },
        ["Training.Rank"] = 2,
        ["Training.Epochs"] = 3,
        ["Training.Steps"] = 3,
        ["Training.WarmupSteps"] = 1,
        ["Training.BatchSize"] = 4,
        ["Training.LearningRate"] = 5e-2,
        ["Training.Vectors"] = 2,
        ["Training.Templates"] = new[] { "a {token}" },
        ["Optimization.Iterations"] = 2,
        ["Optimization.LearningRate"] = 0.02,
        ["Optimization.StepWeights"] = new[] { 0.3, 0.7 },
        ["Paths.PathPoints"] = 4,
        ["Paths.Iterations"] = 3,
        ["Anchors"] = 1,
        ["BootstrapIterations"] = 2,
        ["SeedsAtOnce"] = 2,
        ["InversionSteps"] = 2,
        ["FirstStrength"] = 0.7,
        ["Templates"] = new[] { "{class}", "x {class}" },
    };

    private static readonly Dictionary<string, ISynthesisMethod> s_methods = Named(Variants);
    private static readonly Dictionary<string, ISynthesisMethod> s_rareMethods = Named(RareVariants);

    /// <summary>The names of methods and variants, as test data.</summary>
    public static IEnumerable<object[]> Names => s_methods.Keys.Select(name => new object[] { name });

    /// <summary>The names of further variants, for long tests.</summary>
    public static IEnumerable<object[]> RareNames => s_rareMethods.Keys.Select(name => new object[] { name });

    /// <summary>The words of the methods alone, as test data.</summary>
    public static IEnumerable<object[]> Words => SynthesisMethods.All.Select(kind => new object[] { kind.Word });

    /// <summary>A method by its name.</summary>
    public static ISynthesisMethod Find(string name) => s_methods.GetValueOrDefault(name) ?? s_rareMethods[name];

    /// <summary>
    /// A method with fewer steps, in training and sampling, and with prompts that name the class within a few letters.
    /// </summary>
    /// <remarks>Settings are known by their names, so that a method that is new is quick without a word here.</remarks>
    public static ISynthesisMethod Quicken(ISynthesisMethod method)
    {
        var settings = JsonSerializer.SerializeToNode(method, method.GetType(), s_format)!.AsObject();
        foreach (var (path, value) in s_quick)
        {
            var parts = path.Split('.');
            var holder = parts.SkipLast(1).Aggregate((JsonObject?)settings, (node, name) => node?[name] as JsonObject);
            if (holder?.ContainsKey(parts[^1]) == true)
                holder[parts[^1]] = JsonSerializer.SerializeToNode(value);
        }
        if (settings["PromptTemplate"]?.GetValue<string>() is { } prompt)
            settings["PromptTemplate"] = prompt.Contains("{token}") ? "a {token}" : "{class}";
        // A shot that goes half back to noise is denoised in half of the steps.
        if (settings["Start"] is JsonObject)
            settings["Sampling"]!["Steps"] = 4;
        return (ISynthesisMethod)settings.Deserialize(method.GetType(), s_format)!;
    }

    private static Dictionary<string, ISynthesisMethod> Named(
        Func<ISynthesisMethod, IEnumerable<(string Name, ISynthesisMethod Method)>> variants) => SynthesisMethods.All
        .SelectMany(kind => variants(Quicken(kind.Default))
            .Select(variant => (Name: $"{kind.Word} {variant.Name}".TrimEnd(), variant.Method)))
        .ToDictionary(found => found.Name, found => found.Method);

    private static IEnumerable<(string Name, ISynthesisMethod Method)> Variants(ISynthesisMethod quick)
    {
        yield return ("", quick);
        if (quick is DataDream dataDream)
            yield return ("with an adapter a class", dataDream with { Scope = LoraScope.Class });
    }

    private static IEnumerable<(string Name, ISynthesisMethod Method)> RareVariants(ISynthesisMethod quick)
    {
        if (quick is Disef disef)
            yield return ("with mixed shots", disef with { MixUpAlpha = 0.5 });
        if (quick is SeedSelect seedSelect)
            yield return ("on norm-aware paths", seedSelect with { Start = SeedSelectStart.NormAwarePath });
    }
}
