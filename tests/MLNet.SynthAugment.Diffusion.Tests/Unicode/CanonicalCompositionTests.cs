using System.Text;

namespace MLNet.SynthAugment.Diffusion.Tests.Unicode;

/// <summary>Examples of UAX 15, form C.</summary>
public sealed class CanonicalCompositionTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("e\u0301", "\u00E9")]
    [InlineData("\u212B", "\u00C5")]
    [InlineData("A\u030A", "\u00C5")]
    [InlineData("a\u0308\u0323", "\u1EA1\u0308")]
    [InlineData("\u1E9B\u0323", "\u1E9B\u0323")]
    [InlineData("\u0344", "\u0308\u0301")]
    [InlineData("\u0958", "\u0915\u093C")]
    [InlineData("\u1112\u1161\u11AB\u1100\u1173\u11AF", "\uD55C\uAE00")]
    [InlineData("\uAC00\u11A8", "\uAC01")]
    [InlineData("\uAC01\u11A8", "\uAC01\u11A8")]
    [InlineData("\u0301e", "\u0301e")]
    [InlineData("e\u0301\u0301", "\u00E9\u0301")]
    [InlineData("\U0001D15E", "\U0001D157\U0001D165")]
    [InlineData("\u0B47\u0300\u0B3E", "\u0B47\u0300\u0B3E")]
    public void Composes(string text, string expected) => Assert.Equal(expected, CanonicalComposition.Normalize(text));

    [Fact]
    public void What_is_composed_stays_as_it_is()
    {
        foreach (var codePoint in Enumerable.Range(0, 0x30000).Where(Rune.IsValid))
        {
            var composed = CanonicalComposition.Normalize($"a\u0323{new Rune(codePoint)}\u0301");
            Assert.Equal(composed, CanonicalComposition.Normalize(composed));
        }
    }

    [Fact]
    public void A_lone_surrogate_is_replaced() =>
        Assert.Equal("a\uFFFD\u00E9", CanonicalComposition.Normalize("a\uD800e\u0301"));
}
