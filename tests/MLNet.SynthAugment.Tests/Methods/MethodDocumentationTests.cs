using System.Reflection;
using System.Text.RegularExpressions;
using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Tests.Methods;

/// <summary>Each method's page in docs/methods, and what of the method it must name.</summary>
public sealed class MethodDocumentationTests
{
    public static TheoryData<string> Words() => [.. SynthesisMethods.All.Select(kind => kind.Word)];

    [Theory]
    [MemberData(nameof(Words))]
    public void Every_option_and_every_preset_is_on_the_method_s_page(string word)
    {
        var type = SynthesisMethods.Find(word)!.Type;
        var page = File.ReadAllText(Repository.PathOf("docs", "methods", word + ".md"));
        var options = OptionsOf(type).Distinct().ToList();
        Assert.InRange(options.Count, 3, 50);
        Assert.DoesNotContain(options, option => !Regex.IsMatch(page, $@"\b{option}\b"));
    }

    [Theory]
    [InlineData(typeof(SamplingSettings))]
    [InlineData(typeof(LoraTrainingSettings))]
    [InlineData(typeof(ShotStart))]
    public void What_methods_share_is_on_a_page_of_its_own(Type type)
    {
        var page = File.ReadAllText(Repository.PathOf("docs", "methods", "settings.md"));
        Assert.DoesNotContain(
            OptionsOf(type, isShared: true), option => !Regex.IsMatch(page, $@"\| .*`{option}`"));
    }

    // Those of nested records too, but not what a record takes over from one that methods share.
    private static IEnumerable<string> OptionsOf(Type type, bool isShared = false) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static)
            .Where(property => property.GetSetMethod() is not null || property.GetMethod!.IsStatic)
            .Where(property => isShared || !property.DeclaringType!.IsAbstract)
            .SelectMany(property => property.PropertyType != type && IsRecord(property.PropertyType)
                ? OptionsOf(property.PropertyType).Prepend(property.Name) : [property.Name]);

    private static bool IsRecord(Type type) => type.IsClass && type.GetMethod("<Clone>$") is not null;
}
