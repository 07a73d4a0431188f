using System.Diagnostics;
using System.Text.Json;

namespace MLNet.SynthAugment.Tests.Store;

/// <summary>
/// A Fit of one of the library's methods in a process of its own, which prints a line for each image it makes and each
/// thing it learns.
/// </summary>
public static class MethodProcess
{
    public const string Learning = "learning: ";
    private const string Command = "method";
    private const string Ready = "ready";
    private const int PauseInMilliseconds = 100;

    // What the methods log when they learn something, each once.
    private static readonly string[] s_learning =
        ["Training the LoRA adapter", "Textual inversion of class", "Looking for norm-aware paths", "mean loss"];

    /// <summary>Begins such a process, which waits for <see cref="Release"/> when it is ready.</summary>
    /// <param name="method">A name of <see cref="QuickMethods"/>.</param>
    /// <param name="store">The store.</param>
    public static Process Start(string method, string store) =>
        Process.Start(new ProcessStartInfo("dotnet", [typeof(MethodProcess).Assembly.Location, Command, method, store])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    /// <summary>Lets processes go as soon as all are ready.</summary>
    public static void Release(params IReadOnlyList<Process> processes)
    {
        foreach (var process in processes)
            Assert.Equal(Ready, process.StandardOutput.ReadLine());
        foreach (var process in processes)
            process.StandardInput.WriteLine();
    }

    /// <summary>Whether a program's arguments ask for this one.</summary>
    public static bool IsMeant(string[] arguments) => arguments is [Command, ..];

    public static int Run(string[] arguments)
    {
        if (arguments is not [_, var method, var store])
        {
            Console.Error.WriteLine($"usage: {Command} METHOD STORE_FOLDER");
            return 2;
        }
        Fit(method, store, Console.WriteLine, () =>
        {
            Console.WriteLine(Ready);
            Console.ReadLine();
        });
        return 0;
    }

    /// <summary>The same in this process.</summary>
    /// <returns>The store's folder.</returns>
    public static string Fit(string method, string store, Action<string> onWork, Action? onReady = null)
    {
        using var fitting = new TinyModelFitting(TinyModelKinds.UnClipWithLatents);
        fitting.ML.Log += (_, entry) =>
        {
            if (s_learning.Any(begin => entry.RawMessage.Contains(begin, StringComparison.Ordinal)))
                onWork(Learning + entry.RawMessage);
        };
        onReady?.Invoke();
        return fitting.Fit(new WatchedMethod
        { Inner = QuickMethods.Find(method), BeforeBatch = (_, _, batch) => Tell(batch) }, options =>
    {
        options.StoreFolder = store;
        (options.ImagesPerClass, options.BatchSize) = (3, 1);
    }).StoreFolder;

        void Tell(SynthAugment.Methods.ImageBatch batch)
        {
            foreach (var index in batch.Indices)
                onWork(JsonSerializer.Serialize(new { batch.Class.Label, Index = index }));
            Thread.Sleep(PauseInMilliseconds);
        }
    }
}
