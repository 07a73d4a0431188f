using Microsoft.ML;

namespace MLNet.SynthAugment.Tests.Support;

/// <summary>A store, a log and the usual options around a test's Fit.</summary>
public sealed class Fitting : IDisposable
{
    private readonly List<string> _log = [];

    public Fitting()
    {
        ML = new MLContext(seed: 1);
        ML.Log += (_, entry) =>
        {
            lock (_log)
                _log.Add($"{entry.Kind}: {entry.RawMessage}");
        };
    }

    public MLContext ML { get; }

    public TemporaryFolder Folder { get; } = new();

    public string StoreFolder => Folder["store"];

    public IReadOnlyList<string> Log
    {
        get
        {
            lock (_log)
                return [.. _log];
        }
    }

    /// <summary>Images of <see cref="Drawings"/> that the method was asked for.</summary>
    public int GeneratedBatches { get; private set; }

    public List<Drawing> WriteShots(int perClass = 4) => Drawings.Write(Folder["shots"], perClass);

    public SynthesizeFewShotEstimator.Options Options(string image = "ImagePath", int perClass = 6) => new()
    {
        ImageColumnName = image,
        ImagesPerClass = perClass,
        Method = new ShiftedShots { OnBatch = _ => GeneratedBatches++ },
        StoreFolder = StoreFolder,
        BatchSize = 3,
        Seed = 11,
    };

    public SynthesizeFewShotTransformer Fit(IDataView view, SynthesizeFewShotEstimator.Options options) =>
        ML.Transforms.SynthesizeFewShot(options).Fit(view);

    public void Dispose() => Folder.Dispose();
}
