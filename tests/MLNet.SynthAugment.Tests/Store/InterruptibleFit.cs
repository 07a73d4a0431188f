using Microsoft.ML;
using MLNet.SynthAugment.Tests.Support;

namespace MLNet.SynthAugment.Tests.Store;

/// <summary>A Fit in a process of its own, which prints a line before each batch.</summary>
public static class InterruptibleFit
{
    public const int ImagesPerClass = 24;

    public static int Run(string[] arguments)
    {
        if (arguments is not [var shotFolder, var storeFolder])
        {
            Console.Error.WriteLine("usage: SHOT_FOLDER STORE_FOLDER");
            return 2;
        }
        Fit(shotFolder, storeFolder, batch => Console.WriteLine(batch));
        return 0;
    }

    public static SynthesizeFewShotTransformer Fit(string shotFolder, string storeFolder, Action<int> onBatch)
    {
        var batches = 0;
        var ml = new MLContext();
        return ml.Transforms.SynthesizeFewShot(new SynthesizeFewShotEstimator.Options
        {
            ImageColumnName = "ImagePath",
            ImagesPerClass = ImagesPerClass,
            Method = new ShiftedShots { OnBatch = _ => onBatch(++batches) },
            StoreFolder = storeFolder,
            BatchSize = 2,
        }).Fit(ml.Data.LoadFromEnumerable(Drawings.Write(shotFolder, 4)));
    }
}
