using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Tests.Support;

/// <summary>Checks for methods that learn something and keep it in the store.</summary>
public static class MethodRuns
{
    /// <summary>The files with what the method learnt, by path.</summary>
    public static List<string> LearntFiles(this SynthesizeFewShotTransformer fitted)
    {
        var state = Path.Combine(fitted.StoreFolder, "state");
        return [.. Directory.GetFiles(state, "*.safetensors", SearchOption.AllDirectories)
            .Where(path => !Path.GetRelativePath(state, path).StartsWith("checkpoints", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)];
    }

    /// <summary>All images, as their pixels in hexadecimal.</summary>
    public static List<string> Images(this TinyModelFitting fitting, SynthesizeFewShotTransformer fitted) =>
        [.. fitting.Read(fitted).Select(row => Convert.ToHexString(TinyModelFitting.Pixels(row)))];

    /// <summary>
    /// Cancels a run when a sentence is logged, and runs it again to the end: the images must be those of a run that
    /// was never stopped.
    /// </summary>
    public static void AssertGoesOnAfterCancellationAt(string sentence, ISynthesisMethod method)
    {
        using var whole = new TinyModelFitting();
        var expected = whole.Images(whole.Fit(method));
        using var stopped = new TinyModelFitting();
        using var cancel = new CancellationTokenSource();
        stopped.ML.Log += (_, entry) =>
        {
            if (entry.RawMessage.Contains(sentence, StringComparison.Ordinal))
                cancel.Cancel();
        };
        Assert.Throws<OperationCanceledException>(
            () => stopped.Fit(method, options => options.CancellationToken = cancel.Token));
        Assert.Equal(expected, stopped.Images(stopped.Fit(method)));
    }

    /// <summary>Damages something learnt and deletes the images: it must be learnt again, to the same images.</summary>
    public static void AssertDamagedFilesAreLearntAgain(this TinyModelFitting fitting, ISynthesisMethod method)
    {
        var fitted = fitting.Fit(method);
        var expected = fitting.Images(fitted);
        var file = fitted.LearntFiles()[1];
        var good = File.ReadAllBytes(file);
        File.WriteAllText(file, "damaged");
        Directory.Delete(Path.Combine(fitted.StoreFolder, "images"), recursive: true);
        Assert.Equal(expected, fitting.Images(fitting.Fit(method)));
        Assert.Equal(good, File.ReadAllBytes(file));
    }
}
