using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Diffusion.TextualInversion;
using MLNet.SynthAugment.Diffusion.Weights;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.TextualInversion;

/// <summary>Placeholder tokens in prompts, and their files.</summary>
public sealed class TokenEmbeddingTests : IDisposable
{
    private readonly LatentDiffusionModel _model = TinyModels.LatentDiffusion();
    private readonly string _folder = Directory.CreateTempSubdirectory("token-embedding-").FullName;

    // One token a letter, begin and end token.
    private const long TableSize = 54;

    public void Dispose()
    {
        _model.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    // The words "a" and "b" have the ids 26 and 27, what is unknown has 53.
    [Theory]
    [InlineData("a <x> b", new long[] { 26, 54, 55, 56, 27 })]
    [InlineData("A <X> b", new long[] { 26, 54, 55, 56, 27 })]
    [InlineData("a<x>b", new long[] { 26, 54, 55, 56, 27 })]
    [InlineData("<x><x>", new long[] { 54, 55, 56, 54, 55, 56 })]
    [InlineData("<x>_1 b", new long[] { 55, 27 })]
    [InlineData("<x>_3", new long[] { 54, 55, 56, 53, 53 })]
    public void A_token_becomes_its_vectors_ids_wherever_it_stands(string prompt, long[] expected)
    {
        using var embedding = Random("<x>", 3);
        var before = _model.Tokenizer.Encode(prompt);
        using (embedding.Activate(_model))
            Assert.Equal(expected, _model.Tokenizer.Encode(prompt));
        Assert.Equal(before, _model.Tokenizer.Encode(prompt));
        Assert.DoesNotContain(before, id => id >= TableSize);
    }

    [Fact]
    public void The_text_encoder_reads_the_vectors_and_other_prompts_stay_as_they_were()
    {
        using var scope = NewDisposeScope();
        var encoder = new PromptEncoder(_model);
        var ids = _model.Tokenizer.Encode("c d");
        var (expected, other) = (encoder.Encode(["a c d"]).Embeds, encoder.Encode(["a b"]).Embeds);
        var table = _model.TextEncoder.state_dict()["text_model.embeddings.token_embedding.weight"];
        using var embedding = new TokenEmbedding("<x>", table.index_select(0, tensor(ids)).detach().clone());
        using (embedding.Activate(_model))
        {
            Assert.True(Tensors.BitEqual(expected, encoder.Encode(["a <x>"]).Embeds));
            Assert.True(Tensors.BitEqual(other, encoder.Encode(["a b"]).Embeds));
            Assert.False(Tensors.BitEqual(expected, encoder.Encode(["a <x>_1"]).Embeds));
        }
        Assert.False(Tensors.BitEqual(expected, encoder.Encode(["a <x>"]).Embeds));
    }

    [Fact]
    public void Several_come_off_in_any_order()
    {
        using var scope = NewDisposeScope();
        var encoder = new PromptEncoder(_model);
        using var first = Random("<x>", 2);
        using var second = Random("<y>", 1);
        using var third = Random("<z>", 2);
        Tensor alone;
        using (second.Activate(_model)) alone = encoder.Encode(["a <y>"]).Embeds;
        var one = first.Activate(_model);
        var two = second.Activate(_model);
        one.Dispose();
        using var three = third.Activate(_model);
        Assert.True(Tensors.BitEqual(alone, encoder.Encode(["a <y>"]).Embeds));
        Assert.Equal(5, _model.Tokenizer.Encode("<z><y><z>").Distinct().Count() + 2);
        two.Dispose();
        two.Dispose();
    }

    [Fact]
    public void Ids_of_an_embedding_that_is_no_longer_active_are_refused()
    {
        using var scope = NewDisposeScope();
        using var first = Random("<x>", 2);
        using var second = Random("<y>", 1);
        long[] stale;
        using (first.Activate(_model)) stale = _model.Tokenizer.EncodePadded("<x>");
        using var active = second.Activate(_model);
        Assert.Contains("no longer active",
            Assert.Throws<ArgumentException>(() => _model.TextEncoder.Encode(tensor(stale).unsqueeze(0))).Message);
    }

    [Fact]
    public void The_end_of_a_prompt_that_is_cut_off_is_told_with_the_token()
    {
        using var embedding = Random("<x>", 3);
        using var active = embedding.Activate(_model);
        _model.Tokenizer.EncodePadded("a b c d <x>", out var cut);
        Assert.Equal("<x>_2", cut);
        _model.Tokenizer.EncodePadded("a b c d e f <x>", out cut);
        Assert.Equal("<x> <x>_1 <x>_2", cut);
    }

    [Fact]
    public void What_cannot_be_activated_is_refused_and_leaves_nothing_behind()
    {
        using var known = Random("A", 1);
        Assert.Contains("knows 'A' already", Assert.Throws<ArgumentException>(() => known.Activate(_model)).Message);
        using var wide = new TokenEmbedding("<x>", zeros(1, TinyModels.TextWidth + 1));
        Assert.Contains("width 13", Assert.Throws<ArgumentException>(() => wide.Activate(_model)).Message);
        using var two = new TokenEmbedding("<x>", zeros(1, TinyModels.TextWidth), zeros(1, 20));
        Assert.Contains("2 text encoder", Assert.Throws<ArgumentException>(() => two.Activate(_model)).Message);

        // The second token of the pair clashes.
        using var single = Random("<x>_1", 1);
        using var pair = Random("<x>", 2);
        using (single.Activate(_model)) Assert.Throws<ArgumentException>(() => pair.Activate(_model));
        using var active = pair.Activate(_model);
        Assert.Equal([TableSize, TableSize + 1], _model.Tokenizer.Encode("<x>"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    public void A_token_is_one_word(string token) =>
        Assert.Throws<ArgumentException>(() => new TokenEmbedding(token, zeros(1, 4)));

    [Fact]
    public void Memory_of_the_copies_is_returned()
    {
        using var scope = NewDisposeScope();
        using var embedding = Random("<x>", 2);
        embedding.Activate(_model).Dispose();
        Assert.Equal(0, scope.DisposablesCount);
    }

    [Theory]
    [InlineData(1, ScalarType.Float32)]
    [InlineData(1, ScalarType.Float16)]
    [InlineData(4, ScalarType.BFloat16)]
    public void Files_of_diffusers_name_the_token(int vectors, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var values = randn(vectors, TinyModels.TextWidth).to(dtype);
        SafetensorsWriter.Write(File("learned_embeds"), [KeyValuePair.Create("<cat-toy>", values)]);
        using var embedding = TokenEmbedding.Load(File("learned_embeds"));
        Assert.Equal("<cat-toy>", embedding.Token);
        Assert.True(Tensors.BitEqual(values, embedding.Vectors));
        using var renamed = TokenEmbedding.Load(File("learned_embeds"), "<toy>");
        Assert.Equal("<toy>", renamed.Token);
        using var active = embedding.Activate(_model);
        Assert.Equal(vectors, _model.Tokenizer.Encode("<cat-toy>").Length);
    }

    [Fact]
    public void A_single_vector_may_lack_its_first_dimension_and_files_without_a_name_are_named_by_their_file()
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(File("style"), [KeyValuePair.Create("emb_params", randn(TinyModels.TextWidth))]);
        using var plain = TokenEmbedding.Load(File("style"));
        Assert.Equal(("style", 1L, (Tensor?)null), (plain.Token, plain.Vectors.shape[0], plain.Vectors2));
        SafetensorsWriter.Write(
            File("xl"), [KeyValuePair.Create("clip_g", randn(2, 20)),
            KeyValuePair.Create("clip_l", randn(2, TinyModels.TextWidth))]);
        using var xl = TokenEmbedding.Load(File("xl"));
        Assert.Equal(("xl", TinyModels.TextWidth, 20L), (xl.Token, xl.Vectors.shape[1], xl.Vectors2!.shape[1]));
    }

    [Fact]
    public void Written_files_are_read_again_bit_by_bit_and_hold_the_token_as_their_only_tensor()
    {
        using var scope = NewDisposeScope();
        using var embedding = new TokenEmbedding(
            "<x>", randn(2, 5), null, new Dictionary<string, string> { ["steps"] = "8" });
        embedding.Save(File("one"));
        using (var file = SafetensorsFile.Open(File("one"))) Assert.Equal(["<x>"], file.Tensors.Keys);
        using var again = TokenEmbedding.Load(File("one"));
        Assert.True(Tensors.BitEqual(embedding.Vectors, again.Vectors));
        Assert.Equal("8", again.Metadata["steps"]);

        using var xl = new TokenEmbedding("<x>", randn(2, 5), randn(2, 7));
        xl.Save(File("two"));
        using var both = TokenEmbedding.Load(File("two"));
        Assert.Equal("<x>", both.Token);
        Assert.True(Tensors.BitEqual(xl.Vectors, both.Vectors) && Tensors.BitEqual(xl.Vectors2!, both.Vectors2!));
    }

    [Fact]
    public void Files_of_something_else_are_refused_with_their_path()
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(
            File("lora"), [KeyValuePair.Create("x.lora_A.weight", randn(2, 3)),
            KeyValuePair.Create("x.lora_B.weight", randn(3, 2))]);
        Assert.Contains(File("lora"),
            Assert.Throws<InvalidDataException>(() => TokenEmbedding.Load(File("lora"))).Message);
        SafetensorsWriter.Write(File("image"), [KeyValuePair.Create("<x>", randn(1, 2, 3))]);
        Assert.Contains("[1, 2, 3]",
            Assert.Throws<InvalidDataException>(() => TokenEmbedding.Load(File("image"))).Message);
        SafetensorsWriter.Write(File("my style"), [KeyValuePair.Create("emb_params", randn(1, 3))]);
        Assert.Contains("my style",
            Assert.Throws<InvalidDataException>(() => TokenEmbedding.Load(File("my style"))).Message);
        System.IO.File.WriteAllText(File("text"), "hello");
        Assert.Throws<SafetensorsException>(() => TokenEmbedding.Load(File("text")));
    }

    [Fact]
    public void Encoders_that_pool_at_the_largest_id_pool_at_the_end_token_all_the_same()
    {
        var config = new ClipTextConfig
        {
            VocabSize = TableSize,
            HiddenSize = TinyModels.TextWidth,
            IntermediateSize = 16,
            NumHiddenLayers = 1,
            NumAttentionHeads = 2,
            MaxPositionEmbeddings = 8,
            EosTokenId = 2
        };
        using var encoder = new ClipTextModel(config);
        using var generator = new Generator(3, CPU);
        ParameterInitializer.Initialize(encoder, generator);
        using var scope = NewDisposeScope();
        var first = encoder.TokenVectors.Append(randn(1, TinyModels.TextWidth));
        var ids = tensor(new[] { 52L, 0, first, 53, 53 }).unsqueeze(0);
        var states = encoder.forward(ids);
        Assert.True(Tensors.BitEqual(states[.., 3], encoder.Pool(states, ids)));
    }

    private static TokenEmbedding Random(string token, int vectors) =>
        new(token, Noise.Normal(new NoiseKey(5, token), [vectors, TinyModels.TextWidth]));

    private string File(string name) => Path.Combine(_folder, name + ".safetensors");
}
