using MLNet.SynthAugment.Diffusion.TextualInversion;
using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Tests.Methods;

/// <summary>
/// Textual inversion and image-to-image, on a model of a few thousand random weights whose tokens are letters.
/// </summary>
public sealed class DAFusionTests : IDisposable
{
    private static readonly DAFusion Quick = new()
    {
        Training = new() { Steps = 4, LearningRate = 0.05, BatchSize = 2, Templates = ["a {token}"] },
        PromptTemplate = "a {token}",
        Sampling = new() { Steps = 4, GuidanceScale = 2 },
    };

    private readonly TinyModelFitting _fitting = new();

    public void Dispose() => _fitting.Dispose();

    private int Trainings => _fitting.Log.Count(line => line.Contains("Textual inversion of class"));

    [Fact]
    public void Learns_a_token_a_class_once_and_starts_from_shots_of_the_class()
    {
        var fitted = _fitting.Fit(Quick);
        Assert.Equal((12L, 3, 3), (fitted.SyntheticOnly.GetRowCount(), Trainings, fitted.LearntFiles().Count));
        Assert.Contains(_fitting.Log, line => line.Contains("3 of 3 files learnt by DAFusion")
            && line.EndsWith(" 0 s left."));
        _fitting.Fit(Quick);
        Assert.Equal(3, Trainings);
        Assert.All(_fitting.Read(fitted), row =>
        {
            Assert.Matches($"^a <{row.Label}-[0-9a-f]{{16}}>$", row.SynthesisPrompt);
            Assert.Equal(row.Label, _fitting.Shots[int.Parse(row.SourceId)].Label);
        });
    }

    [Fact]
    public void A_token_has_a_vector_for_each_token_of_the_name_or_as_many_as_asked_for()
    {
        Assert.Equal(3, VectorsOf(Quick));
        Assert.Equal(1, VectorsOf(Quick with { Training = Quick.Training with { Vectors = 1 } }));
        Assert.Equal(2, VectorsOf(Quick with { Training = Quick.Training with { InitializerText = "c d" } }));
        // Nothing to start from in white space.
        Assert.Equal(1, VectorsOf(Quick with { Training = Quick.Training with { InitializerText = " " } }));

        long VectorsOf(DAFusion method)
        {
            using var embedding = TokenEmbedding.Load(_fitting.Fit(method).LearntFiles()[0]);
            Assert.Equal(TinyModels.TextWidth, embedding.Vectors.shape[1]);
            return embedding.Vectors.shape[0];
        }
    }

    [Fact]
    public void What_was_learnt_makes_a_difference() =>
        Assert.NotEqual(_fitting.Images(_fitting.Fit(Quick)),
            _fitting.Images(_fitting.Fit(Quick
                with
            { Training = Quick.Training with { Steps = 12, LearningRate = 0.5 } })));

    [Fact]
    public void A_run_that_is_cancelled_before_a_token_is_learnt_goes_on_with_the_same_outcome() =>
        MethodRuns.AssertGoesOnAfterCancellationAt("Textual inversion of class 'dog'", Quick);

    [Fact]
    public void A_damaged_token_is_learnt_again_to_the_same_images()
    {
        _fitting.AssertDamagedFilesAreLearntAgain(Quick);
        Assert.Equal(4, Trainings);
    }

    [Fact]
    public void Misuse_is_refused_with_a_sentence()
    {
        Assert.Contains("{token}",
            Assert.Throws<ArgumentException>(() => _fitting.Fit(Quick with { PromptTemplate = "a {class}" })).Message);
        Assert.Contains("Strengths",
            Assert.Throws<ArgumentException>(() =>
                _fitting.Fit(Quick with { Start = Quick.Start with { Strengths = [] } })).Message);
        Assert.Contains("{token}",
            Assert.Throws<ArgumentException>(() =>
                _fitting.Fit(Quick with { Training = Quick.Training with { Templates = ["a"] } })).Message);
    }

    [Fact]
    public void Placeholders_that_nothing_fills_are_refused()
    {
        Assert.Contains("'{word}' is no placeholder",
            Assert.Throws<ArgumentException>(
                () => _fitting.Fit(Quick with { PromptTemplate = "a {word}{token}" })).Message);
        Assert.Contains("'{class}' is no placeholder",
            Assert.Throws<ArgumentException>(
                () => _fitting.Fit(Quick with
                {
                    Training = Quick.Training
                    with
                    { Templates = ["a {token} {class}"] }
                })).Message);
        Assert.Contains("'{word}' is no placeholder",
            Assert.Throws<ArgumentException>(
                () => _fitting.Fit(Quick with
                {
                    Training = Quick.Training
                    with
                    { InitializerText = "{word}{class}" }
                })).Message);
    }

    [Fact]
    public void A_token_whose_file_could_not_be_put_in_its_place_is_not_learnt_again()
    {
        // The place is taken, which is the moment between learning and keeping at which a process may be killed.
        var file = _fitting.Fit(Quick).LearntFiles()[1];
        var (good, expected) = (File.ReadAllBytes(file), _fitting.Images(_fitting.Fit(Quick)));
        Directory.Delete(Path.Combine(Path.GetDirectoryName(file)!, "..", "images"), recursive: true);
        File.Delete(file);
        Directory.CreateDirectory(Path.Combine(file, "in the way"));
        Assert.Contains("cannot be written", Assert.Throws<IOException>(() => _fitting.Fit(Quick)).Message);

        Directory.Delete(file, recursive: true);
        var steps = _fitting.Log.Count(line => line.Contains("training steps"));
        Assert.Equal(expected, _fitting.Images(_fitting.Fit(Quick)));
        Assert.Equal(steps, _fitting.Log.Count(line => line.Contains("training steps")));
        Assert.Equal(good, File.ReadAllBytes(file));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(Path.GetDirectoryName(file)!, "checkpoints")));
    }

    [Fact]
    public void Tokens_are_exported_as_files_that_name_them()
    {
        var fitted = _fitting.Fit(Quick);
        fitted.ExportTokens(_fitting.Folder["tokens"]);
        var tokens = Directory.GetFiles(_fitting.Folder["tokens"]).Select(path =>
        {
            using var embedding = TokenEmbedding.Load(path);
            return embedding.Token;
        });
        Assert.Equal(_fitting.Read(fitted).Select(row => row.SynthesisPrompt[2..]).Distinct().Order(), tokens.Order());
        Assert.Contains("not empty",
            Assert.Throws<IOException>(() => fitted.ExportTokens(_fitting.Folder["tokens"])).Message);
        var others = _fitting.Fit(new ClassNamePrompt { Sampling = new() { Steps = 1 } });
        Assert.Contains("without learnt tokens",
            Assert.Throws<InvalidOperationException>(() => others.ExportTokens(_fitting.Folder["none"])).Message);
    }

    [Fact]
    public void Defaults_are_the_released_code_s()
    {
        var method = new DAFusion();
        Assert.Equal((1000, 4, 4 * 5e-4, 7.5, 50),
            (method.Training.Steps, method.Training.BatchSize, method.Training.LearningRate,
                method.Sampling.GuidanceScale,
                method.Sampling.Steps));
        Assert.Equal([0.5], method.Start.Strengths);
        Assert.Equal([1, 0.75, 0.5, 0.25], DAFusion.StackedStrengths);
    }
}
