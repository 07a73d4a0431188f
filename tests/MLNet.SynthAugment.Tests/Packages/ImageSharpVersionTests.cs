using System.Reflection;
using SixLabors.ImageSharp.Formats.Png;

namespace MLNet.SynthAugment.Tests.Packages;

/// <summary>
/// The product is compiled against ImageSharp 2.1 and has to run in an application that brings 3.x: it may use only
/// what both have with equal signatures.
/// </summary>
public sealed class ImageSharpVersionTests
{
    private const string Package = "SixLabors.ImageSharp";

    private static readonly Lazy<PublicApiList> s_version3 =
        new(() => PublicApiList.Read(Path.Combine(SharedData.Folder, "api", Package + ".txt")));

    [SharedTheory("api")]
    [InlineData("MLNet.SynthAugment.Diffusion")]
    [InlineData("MLNet.SynthAugment")]
    [InlineData("MLNet.SynthAugment.Trainers")]
    [InlineData("MLNet.SynthAugment.Evaluation")]
    [InlineData("MLNet.SynthAugment.Pretraining")]
    [InlineData("synthaugment")]
    public void Version_3_has_every_member_in_use(string assemblyName)
    {
        var references = MemberReferences.Of(Assembly.Load(assemblyName), Package);
        Assert.NotEmpty(references);
        var missing = references.Where(reference => !s_version3.Value.Has(reference)).ToList();
        Assert.True(missing.Count == 0, string.Join("\n", missing));
    }

    [SharedTheory("api")]
    [InlineData("MLNet.SynthAugment.Diffusion")]
    [InlineData("MLNet.SynthAugment")]
    [InlineData("MLNet.SynthAugment.Trainers")]
    [InlineData("MLNet.SynthAugment.Evaluation")]
    [InlineData("MLNet.SynthAugment.Pretraining")]
    [InlineData("synthaugment")]
    public void Enumerations_in_use_have_the_same_values_in_version_3(string assemblyName)
    {
        var imageSharp = typeof(SixLabors.ImageSharp.Image).Assembly;
        var types = MemberReferences.Of(Assembly.Load(assemblyName), Package)
            .Select(reference => imageSharp.GetType(reference.Type, throwOnError: true)!).Distinct();
        foreach (var type in types.Where(type => type.IsEnum))
        {
            var here = Enum.GetNames(type)
                .Select(name => $"{name} = {Convert.ToInt64(Enum.Parse(type, name), provider: null)}");
            Assert.Superset(here.ToHashSet(), s_version3.Value.EnumerationMembers(type.FullName!).ToHashSet());
        }
    }

    [SharedFact("api")]
    public void A_setter_that_version_3_has_for_initialisers_alone_is_found()
    {
        _ = new PngEncoder { ColorType = PngColorType.Rgb };
        var references = MemberReferences.Of(typeof(ImageSharpVersionTests).Assembly, Package);
        var missing = Assert.Single(references, reference =>
            reference.Type.EndsWith(".PngEncoder", StringComparison.Ordinal)
                && reference.Signature.Contains("set_ColorType"));
        Assert.False(s_version3.Value.Has(missing));
        Assert.Contains(references, reference => reference.Signature.Contains("CopyPixelDataTo")
            && s_version3.Value.Has(reference));
    }
}
