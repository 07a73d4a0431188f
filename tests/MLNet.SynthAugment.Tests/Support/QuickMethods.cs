using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Tests.Support;

/// <summary>
/// Every method with settings that take a moment on a model of a few thousand random weights, whose prompts hold a few
/// letters, and variants that go other ways through the code.
/// </summary>
public static class QuickMethods
{
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
    public static ISynthesisMethod Quicken(ISynthesisMethod method) => method switch
    {
        ClassNamePrompt quick =>
            quick with { SamplingSteps = 2, GuidanceScale = 2, Templates = ["{class}", "x {class}"] },
        DataDream quick => quick with
        {
            Rank = 2,
            Alpha = 4,
            Epochs = 4,
            WarmupSteps = 1,
            TrainingBatchSize = 4,
            LearningRate = 5e-2,
            SamplingSteps = 2,
            GuidanceScale = 2,
            Templates = ["{class}", "x {class}"],
        },
        Disef quick => quick with
        {
            SamplingSteps = 4,
            GuidanceScale = 2,
            Strengths = [0.5, 1],
            Templates = ["{class}", "x {class}"]
        },
        DiffMix quick => quick with
        {
            Rank = 2,
            Epochs = 1,
            TrainingBatchSize = 6,
            LearningRate = 1e-2,
            SamplingSteps = 4,
            GuidanceScale = 2,
            Templates = ["{class}", "x {class}"]
        },
        DAFusion quick => quick with
        {
            TrainingSteps = 3,
            LearningRate = 0.05,
            TrainingBatchSize = 2,
            Vectors = 2,
            TrainingTemplates = ["a {token}"],
            PromptTemplate = "a {token}",
            SamplingSteps = 4,
            GuidanceScale = 2,
            Strengths = DAFusion.StackedStrengths,
        },
        Loft quick => quick with
        {
            Epochs = 2,
            WarmupSteps = 1,
            LearningRate = 1e-2,
            FirstStrength = 0.7,
            SamplingSteps = 2,
            GuidanceScale = 2,
            PromptTemplate = "{class}"
        },
        ImageVariation quick => quick with
        {
            SamplingSteps = 2,
            GuidanceScale = 1.5,
            Templates = ["{class}", "x {class}"]
        },
        SeedSelect quick => quick with
        {
            SamplingSteps = 2,
            GuidanceScale = 2,
            StepWeights = [0.3, 0.7],
            Iterations = 2,
            LearningRate = 0.02,
            Anchors = 1,
            BootstrapIterations = 2,
            SeedsAtOnce = 2,
            InversionSteps = 2,
            PathPoints = 4,
            PathIterations = 3,
            PromptTemplate = "{class}",
        },
        _ => throw new NotSupportedException(
            $"Say here what makes the method '{method.Name}' quick, so that the tests of all methods hold for it too."),
    };

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
