using System.Reflection;
using MLNet.SynthAugment.ApiChecking;

namespace MLNet.SynthAugment.Tests.Api;

/// <summary>
/// The product uses only what every supported version of a package has: TorchSharp from 0.102.8 to 0.107, whichever of them
/// (or of the stand-ins) this build was compiled against.
/// </summary>
public class SourceApiTests
{
    [SharedTheory]
    [InlineData("MLNet.SynthAugment.Diffusion")]
    [InlineData("MLNet.SynthAugment")]
    [InlineData("MLNet.SynthAugment.Embedded")]
    [InlineData("synthaugment")]
    public void Every_package_member_in_use_is_listed(string assemblyName)
    {
        var missing = ReferencedMembers.NotListed(Assembly.Load(assemblyName)).ToList();
        Assert.True(missing.Count == 0, $"{assemblyName} uses {missing.Count} members that not every supported version has:\n  {string.Join("\n  ", missing)}");
    }

    [SharedFact]
    public void A_member_that_only_one_version_has_is_found_with_its_user()
    {
        var list = ApiList.Parse(["TYPE MLNet.SynthAugment.Tests.Api.SourceApiTests : class"], ApiStyle.Plain);
        var method = typeof(SourceApiTests).GetMethod(nameof(Every_package_member_in_use_is_listed))!;
        Assert.False(new ApiComparison(list, exactParameters: false).Has(method, out var problem));
        Assert.Contains(nameof(Every_package_member_in_use_is_listed), problem!, StringComparison.Ordinal);
        Assert.NotEmpty(ReferencedMembers.Of(typeof(SourceApiTests).Assembly));
    }
}
