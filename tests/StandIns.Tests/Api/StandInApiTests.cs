using System.Reflection;
using MLNet.SynthAugment.ApiChecking;

namespace StandIns.Tests.Api;

/// <summary>
/// What a stand-in offers, the real package has to offer under the same signature: else code that builds here fails there.
/// Each line of a failure is one member to correct, or to make internal.
/// </summary>
public class StandInApiTests
{
    [SharedTheory]
    [InlineData("SixLabors.ImageSharp.StandIn")]
    [InlineData("TorchSharp.StandIn")]
    [InlineData("Microsoft.ML.StandIn")]
    [InlineData("Microsoft.ML.ImageAnalytics.StandIn")]
    public void Every_public_member_exists_in_the_real_package(string assemblyName)
    {
        var assembly = Assembly.Load(assemblyName);
        var extra = new ApiComparison(ApiLists.For(assemblyName)!).Extra(assembly.GetTypes()).ToList();
        Assert.True(extra.Count == 0, $"{extra.Count} differences of {assemblyName}:\n  {string.Join("\n  ", extra)}");
    }
}
