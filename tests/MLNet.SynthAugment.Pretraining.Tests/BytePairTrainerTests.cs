using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Pretraining.Captions;
using MLNet.SynthAugment.Pretraining.Tokenization;

namespace MLNet.SynthAugment.Pretraining.Tests;

public sealed class BytePairTrainerTests : IDisposable
{
    private const int MaxTokens = 700;
    private const int MaxTextTokens = 32;
    private readonly ImageSetFixture _files = new();

    [Fact]
    public void FrequentWordsBecomeSingleTokens()
    {
        var tokenizer = Train();
        Assert.All(InkDescription.Syllables, syllable => Assert.Single(tokenizer.Encode(syllable)));
        Assert.InRange(tokenizer.VocabularySize, 514, MaxTokens);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a photo of a Sanskrit character07")]
    [InlineData("naïve 👁 中文")]
    public void AnyTextIsEncodedToTheFullLength(string text)
    {
        var tokenizer = Train();
        var ids = tokenizer.EncodePadded(text);
        Assert.Equal(MaxTextTokens, ids.Length);
        Assert.Equal(tokenizer.VocabularySize - 2, ids[0]);
        Assert.Equal(tokenizer.VocabularySize - 1, ids[^1]);
    }

    [Fact]
    public void OtherClassNamesAreOtherTokens()
    {
        var tokenizer = Train();
        Assert.NotEqual(tokenizer.Encode("Korean character01"), tokenizer.Encode("Korean character10"));
        Assert.Equal(tokenizer.Encode("korean CHARACTER01"), tokenizer.Encode("Korean character01"));
    }

    [Fact]
    public void ASavedVocabularyEncodesAlike()
    {
        var tokenizer = Train();
        tokenizer.Save(_files.PathOf("tokenizer"));
        var loaded = ClipTokenizer.FromFolder(_files.PathOf("tokenizer"));
        Assert.Equal(tokenizer.EncodePadded("a drawing of a bil kum: Korean?"),
            loaded.EncodePadded("a drawing of a bil kum: Korean?"));
    }

    public void Dispose() => _files.Dispose();

    private static ClipTokenizer Train() => BytePairTrainer.Train(
        [.. Enumerable.Repeat(string.Join(' ', InkDescription.Syllables), 20), "a photo of a Korean character01"],
        MaxTokens, MaxTextTokens);
}
