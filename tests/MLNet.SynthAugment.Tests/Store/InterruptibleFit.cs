using System.Diagnostics;
using Microsoft.ML;

namespace MLNet.SynthAugment.Tests.Store;

/// <summary>A Fit in a process of its own, which prints a line before each batch and when it learns.</summary>
public static class InterruptibleFit
{
    public const int ImagesPerClass = 24;
    public const int BatchSize = 2;
    public const string Learning = "learning";

    public static readonly int AllBatches = Drawings.Classes.Length * ImagesPerClass / BatchSize;

    /// <summary>Begins such a process.</summary>
    /// <param name="shots">Where shots are written.</param>
    /// <param name="store">The store.</param>
    /// <param name="pause">Milliseconds that a batch and learning take.</param>
    /// <param name="shell">A shell command to run before it, in the same namespaces; null for none.</param>
    /// <param name="export">Where everything is exported to afterwards; null for nowhere.</param>
    public static Process Start(string shots, string store, int pause = 0, string? shell = null, string? export = null)
    {
        string[] command = ["dotnet", typeof(InterruptibleFit).Assembly.Location, shots, store, pause.ToString(),
            .. export is null ? Array.Empty<string>() : [export]];
        if (shell is not null)
            command = ["unshare", "-Urm", "sh", "-c", $"{shell} && exec \"$@\"", "sh", .. command];
        return Process.Start(new ProcessStartInfo(command[0], command[1..])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
    }

    public static int Run(string[] arguments)
    {
        if (arguments is not [var shots, var store, var pause, .. var export])
        {
            Console.Error.WriteLine("usage: SHOT_FOLDER STORE_FOLDER PAUSE [EXPORT_FOLDER]");
            return 2;
        }
        try
        {
            var fitted = Fit(shots, store, line =>
            {
                Console.WriteLine(line);
                Thread.Sleep(int.Parse(pause));
            });
            return export is [var folder] ? Export(fitted, folder) : 0;
        }
        catch (IOException error)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
    }

    private static int Export(SynthesizeFewShotTransformer fitted, string folder)
    {
        var failed = 0;
        foreach (var write in new Action[] { () => fitted.ExportZip(Path.Combine(folder, "set.zip")),
            () => fitted.ExportImages(Path.Combine(folder, "set")), () => fitted.Save(Path.Combine(folder, "saved")) })
        {
            try
            {
                write();
            }
            catch (IOException error)
            {
                Console.Error.WriteLine(error.Message);
                failed++;
            }
        }
        return failed;
    }

    public static SynthesizeFewShotTransformer Fit(string shots, string store, Action<string> onWork)
    {
        var ml = new MLContext();
        return ml.Transforms.SynthesizeFewShot(new SynthesizeFewShotEstimator.Options
        {
            ImageColumnName = "ImagePath",
            ImagesPerClass = ImagesPerClass,
            Method = new ShiftedShots
            {
                OnBatch = batch => onWork($"{batch.Class.Label} {batch.Indices[0]}"),
                OnLearn = () => onWork(Learning)
            },
            StoreFolder = store,
            BatchSize = BatchSize,
        }).Fit(ml.Data.LoadFromEnumerable(Drawings.Write(shots, 4)));
    }
}
