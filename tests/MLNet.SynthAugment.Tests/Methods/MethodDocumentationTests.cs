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
        var options = type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static)
            .Where(property => property.GetSetMethod() is not null || property.GetMethod!.IsStatic)
                .Select(property => property.Name).ToList();
        Assert.InRange(options.Count, 5, 50);
        Assert.DoesNotContain(options, option => !Regex.IsMatch(page, $@"\b{option}\b"));
    }
}
