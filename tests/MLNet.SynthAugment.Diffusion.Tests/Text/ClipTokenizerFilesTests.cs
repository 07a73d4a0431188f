using MLNet.SynthAugment.Diffusion.Text;
using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Diffusion.Tests.Text;

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
        var row = Small(new ClipTokenizerOptions { ModelMaxLength = 5 }).EncodePadded(string.Concat(Enumerable.Repeat("a ", 9)));
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
        File.WriteAllText(Path.Combine(folder, "special_tokens_map.json"), """{"pad_token": {"content": "a", "lstrip": false}}""");
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), """{"pad_token": "b", "model_max_length": 1e30}""");
        var tokenizer = ClipTokenizer.FromFolder(folder);
        Assert.Equal(0, tokenizer.PadId);
        Assert.Equal(77, tokenizer.Options.ModelMaxLength);
    }

    [Theory]
    [InlineData("merges.txt", "#version: 0.2\na b\nbroken", "line 3")]
    [InlineData("vocab.json", "[1]", "vocab.json")]
    [InlineData("vocab.json", """{"a": -1}""", "negative")]
    [InlineData("vocab.json", """{"a": 1}""", "<|startoftext|>")]
    [InlineData("tokenizer_config.json", "{", "tokenizer_config.json")]
    public void Broken_files_are_named(string file, string text, string expected)
    {
        Small(new ClipTokenizerOptions()).Save(folder);
        File.WriteAllText(Path.Combine(folder, file), text);
        Assert.Contains(expected, Assert.Throws<ModelFolderException>(() => ClipTokenizer.FromFolder(folder)).Message);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("vocab.json", Assert.Throws<ModelFolderException>(() => ClipTokenizer.FromFolder(folder)).Message);

    private static ClipTokenizer Small(ClipTokenizerOptions options)
    {
        string[] tokens = ["a", "b", "a</w>", "ab</w>", "b</w>", "<|startoftext|>", "<|endoftext|>"];
        return new ClipTokenizer(tokens.Select((token, id) => KeyValuePair.Create(token, (long)id)).ToDictionary(), [("a", "b</w>")], options);
    }
}
