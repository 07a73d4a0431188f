using MLNet.SynthAugment.Diffusion.Pipelines;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Pipelines;

public sealed class PromptEncoderTests
{
    [Fact]
    public void One_text_encoder_gives_its_last_state_or_an_earlier_one_with_the_final_norm()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModelKinds.Create(TinyModelKinds.StableDiffusion1);
        var encoder = new PromptEncoder(model);
        var output = model.TextEncoder.Encode(Ids(model, "ab c"));
        var (embeds, pooled) = encoder.Encode(["ab c"]);
        Assert.True(Tensors.BitEqual(output.LastHiddenState, embeds));
        Assert.Null(pooled);
        Assert.True(Tensors.BitEqual(
            model.TextEncoder.ApplyFinalLayerNorm(output.HiddenStates[^2]),
            encoder.Encode(["ab c"], clipSkip: 1).Embeds));
        Assert.Throws<ArgumentOutOfRangeException>(() => encoder.Encode(["a"], clipSkip: 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => encoder.Encode(["a"], clipSkip: -1));
        Assert.Throws<ArgumentException>(() => encoder.Encode([]));
    }

    [Fact]
    public void Rows_follow_the_prompts_when_some_are_equal()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModelKinds.Create(TinyModelKinds.Xl);
        var encoder = new PromptEncoder(model);
        var (embeds, pooled) = encoder.Encode(["a", "b", "a"]);
        Assert.True(Tensors.BitEqual(embeds[0], embeds[2]));
        Assert.True(Tensors.BitEqual(pooled![0], pooled[2]));
        TensorAssert.Close(encoder.Encode(["b"]).Embeds[0], embeds[1], 1e-6);
        TensorAssert.Close(encoder.Encode(["b"]).Pooled![0], pooled[1], 1e-6);
    }

    [Fact]
    public void Two_text_encoders_give_their_last_but_one_states_joined_and_the_pooled_one_of_the_second()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModelKinds.Create(TinyModelKinds.Xl);
        var encoder = new PromptEncoder(model);
        var ids = Ids(model, "ab c");
        var (first, second) = (model.TextEncoder.Encode(ids), model.TextEncoder2!.Encode(ids));
        var (embeds, pooled) = encoder.Encode(["ab c"]);
        Assert.Equal([1, 8, 32], embeds.shape);
        Assert.True(Tensors.BitEqual(first.HiddenStates[^2], embeds[.., .., ..12]));
        Assert.True(Tensors.BitEqual(second.HiddenStates[^2], embeds[.., .., 12..]));
        Assert.True(Tensors.BitEqual(model.TextEncoder2.Project(second.LastHiddenState[.., 4]), pooled!),
            "the end token is at place 4");
        Assert.True(Tensors.BitEqual(
            second.HiddenStates[^3], encoder.Encode(["ab c"], clipSkip: 1).Embeds[.., .., 12..]));
    }

    [Fact]
    public void An_empty_negative_prompt_stands_for_zeros_where_the_model_says_so()
    {
        using var scope = NewDisposeScope();
        using var xl = TinyModelKinds.Create(TinyModelKinds.Xl);
        var (embeds, pooled) = new PromptEncoder(xl).EncodeNegative(["", "a"]);
        Assert.Equal(0f, embeds[0].abs().max().item<float>());
        Assert.Equal(0f, pooled![0].abs().max().item<float>());
        Assert.NotEqual(0f, embeds[1].abs().max().item<float>());
        Assert.NotEqual(0f, pooled[1].abs().max().item<float>());
        using var plain = TinyModelKinds.Create(TinyModelKinds.StableDiffusion1);
        Assert.NotEqual(0f, new PromptEncoder(plain).EncodeNegative([""]).Embeds.abs().max().item<float>());
    }

    [Fact]
    public void What_is_cut_off_is_named_once()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModelKinds.Create(TinyModelKinds.StableDiffusion1);
        var sentences = new List<string>();
        var encoder = new PromptEncoder(model, sentences.Add);
        encoder.Encode(["a b c", "A b c d e F gh"]);
        encoder.Encode(["A b c d e F gh"]);
        var sentence = Assert.Single(sentences);
        Assert.Contains("\"gh\"", sentence);
        Assert.Contains("6 tokens", sentence);
    }

    private static Tensor Ids(LatentDiffusionModel model, string prompt) =>
        tensor(model.Tokenizer.EncodePadded(prompt)).reshape(1, -1);
}
