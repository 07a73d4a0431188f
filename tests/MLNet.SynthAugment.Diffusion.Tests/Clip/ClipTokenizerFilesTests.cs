using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Diffusion.Tests.Models;
using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Diffusion.Tests.Clip;

public sealed class ClipTokenizerFilesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("tokenizer").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_saved_tokenizer_gives_the_same_ids()
    {
        var tokenizer = Small(new ClipTokenizerOptions { PadToken = "a</w>", ModelMaxLength = 8 });
        tokenizer.Save(folder);
        var loaded = ClipTokenizer.FromFolder(folder);
        Assert.Equal(tokenizer.Options, loaded.Options);
        Assert.Equal(new long[] { 5, 3, 2, 3, 6, 2, 2, 2 }, loaded.EncodePadded("AB a ab"));
        Assert.Equal(tokenizer.EncodePadded("AB a ab"), loaded.EncodePadded("AB a ab"));
    }

    [Fact]
    public void Long_texts_keep_begin_and_end()
    {
        var row = Small(new ClipTokenizerOptions { ModelMaxLength = 5 })
            .EncodePadded(string.Concat(Enumerable.Repeat("a ", 9)));
        Assert.Equal(new long[] { 5, 2, 2, 2, 6 }, row);
    }

    [Fact]
    public void A_very_long_word_takes_no_quadratic_time()
    {
        var ids = Small(new ClipTokenizerOptions()).Encode(new string('a', 200_000));
        Assert.Equal(200_000, ids.Length);
    }

    [Fact]
    public void The_map_of_special_tokens_goes_before_the_config()
    {
        Small(new ClipTokenizerOptions()).Save(folder);
        File.WriteAllText(Path.Combine(folder, "special_tokens_map.json"),
            """{"pad_token": {"content": "a", "lstrip": false}}""");
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"),
            """{"pad_token": "b", "model_max_length": 1e30}""");
        var tokenizer = ClipTokenizer.FromFolder(folder);
        Assert.Equal(0, tokenizer.PadId);
        Assert.Equal(77, tokenizer.Options.ModelMaxLength);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_one_file_of_transformers_5_gives_the_same_ids_in_both_spellings_of_the_pairs(bool pairsAsText)
    {
        var tokenizer = Small(new ClipTokenizerOptions { PadToken = "a</w>", ModelMaxLength = 8 });
        tokenizer.Save(folder);
        TransformersFiveFolder.RewriteTokenizer(folder, pairsAsText);
        var loaded = ClipTokenizer.FromFolder(folder);
        Assert.Equal(tokenizer.Options, loaded.Options);
        Assert.Equal(tokenizer.EncodePadded("AB a ab"), loaded.EncodePadded("AB a ab"));
        Assert.Equal(tokenizer.EncodePadded("a <|endoftext|> ab"), loaded.EncodePadded("a <|endoftext|> ab"));
        File.Delete(Path.Combine(folder, "tokenizer_config.json"));
        Assert.Equal(new ClipTokenizerOptions(), ClipTokenizer.FromFolder(folder).Options);
    }

    [Fact]
    public void Tokens_that_were_added_are_found_before_words_and_are_saved()
    {
        Small(new ClipTokenizerOptions { ModelMaxLength = 8 }).Save(folder);
        TransformersFiveFolder.RewriteTokenizer(folder, added: [("<Cat>", 7), ("a", 0), ("", 7)]);
        AssertKnown(ClipTokenizer.FromFolder(folder));
        var other = Directory.CreateDirectory(Path.Combine(folder, "saved")).FullName;
        ClipTokenizer.FromFolder(folder).Save(other);
        AssertKnown(ClipTokenizer.FromFolder(other));

        // As versions 4 and older wrote them.
        Small(new ClipTokenizerOptions { ModelMaxLength = 8 }).Save(other);
        Assert.Equal(7, ClipTokenizer.FromFolder(other).VocabularySize);
        File.WriteAllText(Path.Combine(other, "added_tokens.json"), """{"<Cat>": 7}""");
        AssertKnown(ClipTokenizer.FromFolder(other));

        static void AssertKnown(ClipTokenizer tokenizer)
        {
            Assert.Equal(8, tokenizer.VocabularySize);
            // "a" is a token of the vocabulary as before: the end of a word has an id of its own.
            Assert.Equal([2, 7, 2], tokenizer.Encode("a<cat> a"));
            Assert.Equal("a <cat> a", tokenizer.Decode([2, 7, 2]));
        }
    }

    [Theory]
    [InlineData("""{"model": {"type": "WordPiece"}}""", "\"WordPiece\"")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}""", "end_of_word_suffix")]
    [InlineData("""{"model": {"end_of_word_suffix": "</w>", "merges": []}}""", "model.vocab")]
    [InlineData("""{"model": {"end_of_word_suffix": "</w>", "vocab": {"a": -1}, "merges": []}}""", "'a'")]
    [InlineData("""{"model": {"end_of_word_suffix": "</w>", "vocab": {"a": 0}}}""", "model.merges")]
    [InlineData("""{"model": {"end_of_word_suffix": "</w>", "vocab": {"a": 0}, "merges": ["a b", ["a", "b", "c"]]}}""",
        "merges[1]")]
    [InlineData("""{"model": {"end_of_word_suffix": "</w>", "vocab": {"a": 0}, "merges": ["ab"]}}""", "merges[0]")]
    [InlineData("""{"model": {"end_of_word_suffix": "</w>", "vocab": {"a": 0}, "merges": []}, "added_tokens": [1]}""",
        "added_tokens")]
    [InlineData("""{"model": {"end_of_word_suffix": "</w>", "vocab": {"a": 0}, "merges": []}}""", "<|startoftext|>")]
    [InlineData("""{"added_tokens": []}""", "'model'")]
    [InlineData("[", "tokenizer.json cannot be read")]
    public void A_broken_file_of_transformers_5_is_named(string json, string expected)
    {
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), json);
        var message = Assert.Throws<ModelFolderException>(() => ClipTokenizer.FromFolder(folder)).Message;
        Assert.Contains(expected, message);
        Assert.Contains(folder, message);
    }

    [Theory]
    [InlineData("merges.txt", "#version: 0.2\na b\nbroken", "line 3")]
    [InlineData("vocab.json", "[1]", "vocab.json")]
    [InlineData("vocab.json", """{"a": -1}""", "negative")]
    [InlineData("vocab.json", """{"a": 1}""", "<|startoftext|>")]
    [InlineData("tokenizer_config.json", "{", "tokenizer_config.json")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder": {"x": {"content": "c"}}}""",
        "added_tokens_decoder")]
    [InlineData("added_tokens.json", """{"c": "d"}""", "added_tokens.json")]
    public void Broken_files_are_named(string file, string text, string expected)
    {
        Small(new ClipTokenizerOptions()).Save(folder);
        File.WriteAllText(Path.Combine(folder, file), text);
        Assert.Contains(expected, Assert.Throws<ModelFolderException>(() => ClipTokenizer.FromFolder(folder)).Message);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("vocab.json",
            Assert.Throws<ModelFolderException>(() => ClipTokenizer.FromFolder(folder)).Message);

    private static ClipTokenizer Small(ClipTokenizerOptions options)
    {
        string[] tokens = ["a", "b", "a</w>", "ab</w>", "b</w>", "<|startoftext|>", "<|endoftext|>"];
        return new ClipTokenizer(
            tokens.Select((token, id) => KeyValuePair.Create(token, (long)id)).ToDictionary(), [("a", "b</w>")],
            options);
    }
}
