using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Tests.Methods;

public sealed class ClassNamePromptTests : IDisposable
{
    private static readonly ClassNamePrompt Quick = new() { Sampling = new() { Steps = 2 } };

    private readonly TinyModelFitting _fitting = new();

    public void Dispose() => _fitting.Dispose();

    [Fact]
    public void Images_draw_their_prompts_from_templates_or_from_those_of_their_class()
    {
        var method = Quick with
        {
            Templates = ["a {class}", "two {class}s"],
            ClassPrompts = new Dictionary<string, IReadOnlyList<string>>
            { ["dog"] = ["a {class} asleep"], ["tawny owl"] = ["an owl"], ["cow"] = ["a cow"] },
        };
        var prompts = _fitting.Read(_fitting.Fit(method, options =>
        {
            options.ImagesPerClass = 8;
            options.ClassNames = new Dictionary<string, string> { ["dog"] = "black dog", ["owl"] = "tawny owl" };
        })).ToLookup(row => row.Label, row => row.SynthesisPrompt);
        Assert.Equal(["a cat", "two cats"], prompts["cat"].Distinct().Order());
        Assert.Equal(["a black dog asleep"], prompts["dog"].Distinct());
        Assert.Equal(["an owl"], prompts["owl"].Distinct());
        Assert.Contains(_fitting.Log,
            line => line.Contains("There are prompts for 'cow', which is no class of the data"));
    }

    [Fact]
    public void A_loaded_transformer_goes_on_with_the_same_prompts()
    {
        var fitted = _fitting.Fit(
            Quick with
            {
                ClassPrompts = new Dictionary<string, IReadOnlyList<string>>
                { ["cat"] = ["a {class} asleep"] }
            });
        fitted.Save(_fitting.Folder["saved"]);
        var loaded = SynthesizeFewShotTransformer.Load(_fitting.ML, _fitting.Folder["saved"]);
        loaded.Synthesize(1);
        Assert.Equal(_fitting.Read(fitted).Select(row => row.SynthesisPrompt),
            _fitting.Read(loaded).Select(row => row.SynthesisPrompt));
    }

    [Fact]
    public void A_faulty_prompt_is_a_clear_error()
    {
        Assert.Contains("The prompt \"a {dog}\" of Templates cannot be used: '{dog}' is no placeholder",
            Assert.Throws<ArgumentException>(() => _fitting.Fit(Quick with { Templates = ["a {dog}"] })).Message);
        Assert.Contains("Templates has no prompt",
            Assert.Throws<ArgumentException>(() => _fitting.Fit(Quick with { Templates = [] })).Message);
    }
}
