namespace MLNet.SynthAugment.TestSupport;

/// <summary>A long test that runs only where the environment variable SYNTHAUGMENT_FULL_TESTS is 1.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LongFactAttribute : FactAttribute
{
    internal const string Variable = "SYNTHAUGMENT_FULL_TESTS";

    public LongFactAttribute() => Skip = SkippedBecause;

    internal static string? SkippedBecause => Environment.GetEnvironmentVariable(Variable) == "1"
        ? null : $"A long test; set {Variable}=1 to run it.";
}

/// <summary>The same with parameters.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LongTheoryAttribute : TheoryAttribute
{
    public LongTheoryAttribute() => Skip = LongFactAttribute.SkippedBecause;
}
