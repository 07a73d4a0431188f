using System.Text.Json;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Tests.Methods;

/// <summary>Settings that are values of their own: what is left out keeps the method's value.</summary>
public sealed class MethodSettingsTests
{
    public static TheoryData<string> Words() => [.. SynthesisMethods.All.Select(kind => kind.Word)];

    [Fact]
    public void What_an_initializer_leaves_out_keeps_the_value_of_the_method_s_paper()
    {
        var dataDream = new DataDream { Sampling = new() { Steps = 30 }, Training = new() { Epochs = 5 } };
        Assert.Equal((30, 2.0, 16, 16f, 100, true),
            (dataDream.Sampling.Steps, dataDream.Sampling.GuidanceScale, dataDream.Training.Rank,
            dataDream.Training.Alpha, dataDream.Training.WarmupSteps, dataDream.Training.TrainTextEncoder));
        var disef = new Disef { Sampling = new() { Steps = 30 }, Start = new() { MaskGrowth = 2 } };
        Assert.Equal((8.0, Sampler.DpmSolverPlusPlus2M, 0.75),
            (disef.Sampling.GuidanceScale, disef.Sampling.Sampler, disef.Start.Strengths.Single()));
        Assert.Equal((2, 1e-3), (new Loft { Training = new() { Epochs = 5 } }.Training.Rank,
            new Loft { Training = new() { Epochs = 5 } }.Training.LearningRate));
        // The adapter of Diff-Mix is not scaled, whatever its rank.
        Assert.Null(new DiffMix { Training = new() { Rank = 4 } }.Training.Alpha);
    }

    [Theory]
    [MemberData(nameof(Words))]
    public void What_JSON_leaves_out_keeps_the_value_of_the_method_s_paper(string word)
    {
        var kind = SynthesisMethods.Find(word)!;
        var read = (ISynthesisMethod)JsonSerializer.Deserialize("""{ "Sampling": { "Steps": 31 } }""", kind.Type)!;
        var expected = JsonSerializer.SerializeToNode(kind.Default, kind.Type)!;
        expected["Sampling"]!["Steps"] = 31;
        Assert.Equal(expected.ToJsonString(), JsonSerializer.Serialize(read, kind.Type));
    }

    [Theory]
    [MemberData(nameof(Words))]
    public void Every_method_is_valid_as_it_is_and_refuses_no_steps_before_a_model_is_loaded(string word)
    {
        var kind = SynthesisMethods.Find(word)!;
        kind.Default.Validate();
        kind.ForEmbeddedModel.Validate();
        var wrong = (ISynthesisMethod)JsonSerializer.Deserialize("""{ "Sampling": { "Steps": 0 } }""", kind.Type)!;
        using var fitting = new Fitting();
        var options = fitting.Options(perClass: 1);
        options.Method = wrong;
        Assert.Equal("Sampling.Steps", Assert.Throws<ArgumentOutOfRangeException>(
            () => fitting.ML.Transforms.SynthesizeFewShot(options)).ParamName);
    }

    [Fact]
    public void Nested_settings_are_named_in_full()
    {
        static string? NameOf(ISynthesisMethod method) =>
            Assert.ThrowsAny<ArgumentOutOfRangeException>(method.Validate).ParamName;

        Assert.Equal("Training.Rank", NameOf(new DataDream { Training = new() { Rank = 0 } }));
        Assert.Equal("Training.LearningRate", NameOf(new DAFusion { Training = new() { LearningRate = 0 } }));
        Assert.Equal("Start.Strengths", NameOf(new Disef { Start = new() { Strengths = [0] } }));
        Assert.Equal("Optimization.Iterations", NameOf(new SeedSelect { Optimization = new() { Iterations = 0 } }));
        Assert.Equal("Paths.PathPoints", NameOf(new SeedSelect { Paths = new() { PathPoints = 0 } }));
        Assert.Contains("DDIM", Assert.Throws<ArgumentException>(
            new SeedSelect { Sampling = new() { Sampler = Sampler.Euler } }.Validate).Message);
        Assert.Contains("Start.Masks", Assert.Throws<ArgumentException>(
            new DiffMix { Start = new() { Masks = MaskMode.KeepObject } }.Validate).Message);
    }
}
