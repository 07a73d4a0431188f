using System.Reflection;
using MLNet.SynthAugment.Golden;
using Xunit.Sdk;

namespace MLNet.SynthAugment.Cli.Tests.Golden;

/// <summary>The cases of a golden folder, as arguments (folder, case).</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GoldenCasesAttribute(string folder) : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
        GoldenRunner.CaseNames(GoldenResults.Root, GoldenResults.PathOf(folder))
            .Select(name => new object[] { folder, name });
}
