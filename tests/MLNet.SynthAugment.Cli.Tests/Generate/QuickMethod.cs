using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Cli.Tests.Generate;

/// <summary>Settings with which each method takes a moment on a model of a few thousand random weights.</summary>
internal static class QuickMethod
{
    private static readonly Dictionary<string, string[]> s_settings = new()
    {
        ["classname"] = ["Sampling.Steps=2"],
        ["datadream"] = ["Training.Rank=2", "Training.Epochs=2", "Training.WarmupSteps=1", "Sampling.Steps=2"],
        ["seedselect"] = ["Sampling.Steps=3", "Optimization.Iterations=3", "BootstrapIterations=2", "Anchors=1"],
        ["disef"] = ["Sampling.Steps=4"],
        ["diffmix"] = ["Training.Rank=2", "Training.Epochs=2", "Sampling.Steps=4"],
        ["dafusion"] = ["Sampling.Steps=4", "Training.Steps=3", "Training.Vectors=1"],
        ["loft"] = ["Training.Rank=2", "Training.Epochs=3", "Training.WarmupSteps=1", "Sampling.Steps=2"],
        ["variation"] = ["Sampling.Steps=2"],
    };

    /// <summary>The first methods' words, as test data.</summary>
    public static IEnumerable<object[]> Words(int count) =>
        SynthesisMethods.All.Take(count).Select(kind => new object[] { kind.Word });

    /// <summary>
    /// Models and settings on the command line; the models are made at the first call. A method that is new here runs
    /// with its own settings.
    /// </summary>
    public static IEnumerable<string> Arguments(string method, GenerateFixture files)
    {
        var settings = s_settings.GetValueOrDefault(method, []).SelectMany(setting => new[] { "--set", setting });
        var clip = MethodNeedsClip(method) ? new[] { "--clip", Clip(files) } : [];
        return ["--model", method == "variation"
            ? Once(files.In("unclip"), SaveUnClip) : files.In("model"), .. clip, .. settings];
    }

    /// <summary>The folder of a CLIP model, which is made at the first call.</summary>
    public static string Clip(GenerateFixture files) => Once(files.In("clip"), folder => TinyClip.Save(folder));

    private static bool MethodNeedsClip(string method) => SynthesisMethods.Find(method)!.Default.UsesClip;

    private static void SaveUnClip(string folder)
    {
        using var model = TinyModelKinds.Create(TinyModelKinds.UnClip);
        model.Save(folder, Precision.Float32);
    }

    private static string Once(string folder, Action<string> make)
    {
        if (!Directory.Exists(folder))
            make(folder);
        return folder;
    }
}
