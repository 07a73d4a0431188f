using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.Lora.Formats;
using MLNet.SynthAugment.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Lora;

/// <summary>PEFT's alpha_pattern and rank_pattern; what the keys match was computed with Python's re.match.</summary>
public sealed class PeftPatternTests : IDisposable
{
    private const string Down0 = "down_blocks.0.attentions.1.attn1.to_q";
    private const string Down10 = "down_blocks.10.attn1.to_q";

    private static readonly string[] s_modules =
        [Down0, Down10, "to_q", "mid_block.attn1.to_q_proj", "mid_block.to_out.0"];

    private readonly string _folder = Directory.CreateTempSubdirectory("peft-").FullName;
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly List<string> _warnings = [];

    private string LoraFile => Path.Combine(_folder, "adapter_model.safetensors");

    private string ConfigFile => Path.Combine(_folder, "adapter_config.json");

    public void Dispose()
    {
        _scope.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("to_q", "11100")]
    [InlineData("^to_q", "00100")]
    [InlineData("to_q$", "11100")]
    [InlineData("to_(q|k)", "11100")]
    [InlineData(@"down_blocks\.0\..*\.to_q", "10000")]
    [InlineData("down_blocks.0", "00000")]
    [InlineData("attn1.to_q", "11000")]
    [InlineData("attn1_to_q", "00000")]
    [InlineData("ttn1.to_q", "00000")]
    [InlineData(@"o_out\.0", "00000")]
    [InlineData(@"^down_blocks\.\d+\..*", "11000")]
    [InlineData("TO_Q", "00000")]
    [InlineData("(?i:TO_Q)", "11100")]
    [InlineData(".*", "11111")]
    [InlineData("to_q|to_out.0", "11101")]
    [InlineData("to_q)|(down_blocks", "11110")]
    // Spelled otherwise in .NET.
    [InlineData("(?P<a>t)o_q", "11100")]
    [InlineData(@"to_q\Z", "11100")]
    [InlineData(".{,9}to_q", "11100")]
    [InlineData(@"to_out\.[[0-9]", "00001")]
    [InlineData("to_[^]k]", "11100")]
    // Look-around needs backtracking.
    [InlineData("(?!x)to_q", "11100")]
    public void Keys_match_as_in_PEFT(string key, string expected)
    {
        var pattern = new PeftPattern(key);
        Assert.Equal(expected, string.Concat(s_modules.Select(module => pattern.Matches(module) ? '1' : '0')));
    }

    [Fact]
    public void The_first_key_in_the_file_that_matches_gives_alpha()
    {
        Write(s_modules, rank: 4);
        Configure("""
            {"r": 4, "lora_alpha": 8,
             "alpha_pattern": {"down_blocks\\.0\\..*\\.to_(q|k)": 2, "to_q": 1, "down_blocks.10.attn1.to_q": 16}}
            """);
        Assert.Equal([2, 1, 1, 8, 8], Alphas());
        Assert.Empty(_warnings);
        Configure("""{"r": 4, "lora_alpha": 8, "use_rslora": true, "alpha_pattern": {"^to_q": 3}}""");
        Assert.Equal([16, 16, 6, 16, 16], Alphas());
        Configure("""{"r": 4, "lora_alpha": 8, "rank_pattern": null, "alpha_pattern": null}""");
        Assert.Equal([8, 8, 8, 8, 8], Alphas());
    }

    // LoraConfig's own default, whatever the rank.
    [Fact]
    public void Settings_without_alpha_mean_8()
    {
        Write(s_modules, rank: 4);
        Configure("""{"r": 4, "alpha_pattern": {"^to_q": 3}}""");
        Assert.Equal([8, 8, 3, 8, 8], Alphas());
        Configure("{}");
        Assert.Equal([8, 8, 8, 8, 8], Alphas());
    }

    [Fact]
    public void A_switch_that_is_neither_true_nor_false_is_refused()
    {
        Write(s_modules, rank: 4);
        Configure("""{"r": 4, "use_rslora": "true"}""");
        Assert.Contains("use_rslora is \"true\"", Assert.Throws<InvalidDataException>(() => Alphas()).Message);
    }

    [Fact]
    public void The_merged_change_is_scaled_by_it()
    {
        Write([Down0], rank: 4);
        Configure("""{"r": 4, "lora_alpha": 8, "alpha_pattern": {"down_blocks\\.0\\..*\\.to_(q|k)": 2}}""");
        using var adapter = LoraAdapter.Load(LoraFile);
        // B A of matrices of ones has the rank in every place.
        TensorAssert.Close(full(3, 5, 2f / 4 * 4), adapter.Layers.Values.Single().Change(), 1e-6);
    }

    [Fact]
    public void Metadata_of_diffusers_speak_of_each_component_by_itself()
    {
        string[] layers = ["unet.mid_block.attn1.to_q", "unet.mid_block.attn1.to_k",
            "text_encoder.text_model.encoder.layers.0.self_attn.q_proj"];
        Write(layers, rank: 4, root: "", new() { ["lora_adapter_metadata"] = """
            {"unet.r": 4, "unet.lora_alpha": 8,
             "unet.alpha_pattern": {"^mid_block\\..*to_[qv]": 2}, "unet.rank_pattern": {},
             "text_encoder.r": 16, "text_encoder.lora_alpha": 5,
             "text_encoder.alpha_pattern": {"to_q": 7}, "text_encoder.rank_pattern": {"layers.0.*q_proj": 4}}
            """ });
        Assert.Equal([2, 8, 5], Alphas(layers));
        var warning = Assert.Single(_warnings);
        Assert.Contains("text_encoder.alpha_pattern: the key 'to_q' matches no layer", warning);
        Assert.Contains(LoraFile, warning);
    }

    [Fact]
    public void Metadata_without_components_are_for_all_layers()
    {
        const string Settings = """{"r": 4, "lora_alpha": 8, "alpha_pattern": {"attn[12].to_q": 2}}""";
        Write(["mid_block.attn1.to_q"], rank: 4, root: "", new() { ["lora_adapter_metadata"] = Settings });
        Assert.Equal([2], Alphas(["unet.mid_block.attn1.to_q"]));
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Keys_that_match_nothing_are_told_and_those_behind_others_are_not()
    {
        Write(s_modules, rank: 4);
        Configure("""
            {"r": 4, "lora_alpha": 8, "rank_pattern": {"^q": 9},
             "alpha_pattern": {".*to_q": 2, "to_q": 3, "to_v": 4, "q_projection": 5}}
            """);
        Alphas();
        Assert.Equal(2, _warnings.Count);
        Assert.Contains("alpha_pattern: 2 keys: 'to_v', 'q_projection' match no layer", _warnings[0]);
        Assert.Contains("rank_pattern: the key '^q' matches no layer", _warnings[1]);
        Assert.All(_warnings, warning => Assert.Contains(ConfigFile, warning));
        LoraAdapter.Load(LoraFile).Dispose();
    }

    [Fact]
    public void Weights_that_training_started_from_by_changing_the_model_are_told()
    {
        Write([Down0], rank: 4);
        Configure("""{"r": 4, "lora_alpha": 8, "init_lora_weights": "pissa_niter_16"}""");
        Alphas();
        Assert.Contains("'pissa_niter_16'", Assert.Single(_warnings));
        _warnings.Clear();
        Configure("""{"r": 4, "lora_alpha": 8, "init_lora_weights": "gaussian"}""");
        Alphas();
        Assert.Empty(_warnings);
    }

    [Theory]
    [InlineData("""{"r": 8, "lora_alpha": 8}""", "says r = 8")]
    [InlineData("""{"r": 4, "lora_alpha": 8, "rank_pattern": {"down_blocks\\.0\\..*": 2}}""",
        "says rank_pattern 'down_blocks\\.0\\..*' = 2")]
    public void A_rank_that_the_matrices_do_not_have_is_refused_with_name_and_shapes(string json, string said)
    {
        Write([Down0], rank: 4);
        Configure(json);
        var message = AssertRefused(said);
        Assert.Contains(Down0, message);
        Assert.Contains("A [4, 5] and B [3, 4]", message);
        Configure("""{"r": 8, "lora_alpha": 8, "rank_pattern": {"to_[qk]": 4}}""");
        Assert.Equal([8], Alphas());
    }

    [Theory]
    [InlineData("""{"alpha_pattern": {"to_(q": 2}}""", "'to_(q' is no valid regular expression")]
    [InlineData("""{"alpha_pattern": {"*": 2}}""", "'*' is no valid regular expression")]
    [InlineData("""{"alpha_pattern": {"to_q": "2"}}""", "alpha_pattern 'to_q' is \"2\", not a finite number")]
    [InlineData("""{"alpha_pattern": {"to_q": 1e99}}""", "alpha_pattern 'to_q' is 1e99")]
    [InlineData("""{"rank_pattern": {"to_q": [4]}}""", "rank_pattern 'to_q' is [4]")]
    [InlineData("""{"lora_alpha": true}""", "lora_alpha is true")]
    [InlineData("""{"alpha_pattern": ["to_q"]}""", "alpha_pattern must be an object")]
    [InlineData("""{"alpha_pattern": {"\ud800": 1}}""", "adapter_config.json is no valid JSON")]
    public void Settings_that_cannot_be_used_are_named(string json, string said)
    {
        Write([Down0], rank: 4);
        Configure(json);
        AssertRefused(said);
    }

    /// <summary>Exponential for a matcher that backtracks; the second is one that no other can do.</summary>
    [Theory]
    [InlineData("(t+)+!", false)]
    [InlineData("(?=(t+)+!)x", true)]
    [InlineData(@"(t+)+\3!", true)]
    public void Expressions_that_take_too_long_are_refused(string key, bool refused)
    {
        Write([new string('t', 60)], rank: 4);
        Configure($$$"""{"lora_alpha": 8, "alpha_pattern": {"{{{key.Replace(@"\", @"\\")}}}": 1}}""");
        if (refused) AssertRefused($"matching the key '{key}' takes too long");
        else Assert.Equal([8], Alphas());
    }

    private void Write(
        string[] modules, long rank, string root = "base_model.model.", Dictionary<string, string>? metadata = null) =>
        SafetensorsWriter.Write(LoraFile, modules.SelectMany(module => new[]
        {
            KeyValuePair.Create($"{root}{module}.lora_A.weight", ones(rank, 5)),
            KeyValuePair.Create($"{root}{module}.lora_B.weight", ones(3, rank)),
        }), metadata);

    private void Configure(string json) => File.WriteAllText(ConfigFile, json);

    private float[] Alphas(string[]? paths = null)
    {
        using var adapter = LoraAdapter.Load(LoraFile, _warnings.Add);
        var asked = paths ?? [.. s_modules.Select(module => "unet." + module).Where(adapter.Layers.ContainsKey)];
        return [.. (asked.Length == adapter.Layers.Count ? asked : [.. adapter.Layers.Keys])
            .Select(path => adapter.Layers[path].Alpha)];
    }

    private string AssertRefused(string said)
    {
        var message = Assert.Throws<InvalidDataException>(() => LoraAdapter.Load(LoraFile)).Message;
        Assert.Contains(said, message);
        return message;
    }
}
