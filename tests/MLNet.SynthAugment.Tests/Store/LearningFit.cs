using System.Diagnostics;
using Microsoft.ML;
using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Tests.Store;

/// <summary>A Fit in a process of its own that trains an adapter a shot, which is most of what it writes.</summary>
public static class LearningFit
{
    public const string Word = "learn";
    public const int Adapters = 12;

    /// <summary>Begins such a process.</summary>
    /// <param name="shots">Where shots are written.</param>
    /// <param name="store">The store.</param>
    /// <param name="model">The folder of a tiny model.</param>
    /// <param name="shell">A shell command that runs the program, <c>"$@"</c>, in namespaces of its own.</param>
    public static Process Start(string shots, string store, string model, string shell) => Process.Start(
        new ProcessStartInfo("unshare",
        ["-Urm", "sh", "-c", shell, "sh", "dotnet", typeof(LearningFit).Assembly.Location, Word, shots, store, model])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;

    public static int Run(string[] arguments)
    {
        try
        {
            Fit(arguments[0], arguments[1], arguments[2], Console.WriteLine);
            return 0;
        }
        catch (IOException error)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
    }

    /// <summary>Fits, and tells of each training that begins.</summary>
    public static SynthesizeFewShotTransformer Fit(string shots, string store, string model, Action<string> onTraining)
    {
        var ml = new MLContext();
        ml.Log += (_, entry) =>
        {
            if (entry.RawMessage.StartsWith("Training the LoRA adapter", StringComparison.Ordinal))
                onTraining(entry.RawMessage);
        };
        return ml.Transforms.SynthesizeFewShot(new SynthesizeFewShotEstimator.Options
        {
            ImageColumnName = "ImagePath",
            ImagesPerClass = 2,
            Method = new Loft { Training = new() { Rank = 64, Epochs = 2 }, Sampling = new() { Steps = 1 } },
            Model = DiffusionModel.FromFolder(model),
            Device = "cpu",
            StoreFolder = store,
            BatchSize = 2,
        }).Fit(ml.Data.LoadFromEnumerable(Drawings.Write(shots, 4)));
    }
}
