namespace MLNet.SynthAugment.Diffusion.Tests.Golden;

/// <summary>A test that needs the shared golden vectors, and is skipped where they are absent.</summary>
public sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute(string folder = "golden") => Skip = SharedData.MissingBecause(folder);
}

/// <summary>The same with parameters.</summary>
public sealed class SharedTheoryAttribute : TheoryAttribute
{
    public SharedTheoryAttribute(string folder = "golden") => Skip = SharedData.MissingBecause(folder);
}
