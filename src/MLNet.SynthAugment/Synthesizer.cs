using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Methods;
using MLNet.SynthAugment.Store;

namespace MLNet.SynthAugment;

/// <summary>Makes synthetic images of fixed classes with fixed settings, through a store.</summary>
internal sealed class Synthesizer(Synthesizer.Settings settings, IReadOnlyList<ShotClass> classes, StoreSpecification specification, string storeFolder)
{
    /// <summary>How images are made. The model is null if the method uses none.</summary>
    public sealed record Settings(ISynthesisMethod Method, DiffusionModel? Model, string Device, Precision Precision, long Seed, int BatchSize)
    {
        public static Settings Create(SynthesizeFewShotEstimator.Options options)
        {
            var model = options.Model ?? DiffusionModel.Embedded;
            var method = options.Method ?? model.DefaultMethod;
            return new Settings(method, method.UsesDiffusionModel ? model : null, options.Device, options.Precision, options.Seed, options.BatchSize);
        }

        public StoreSpecification Specify(IEnumerable<ShotClass> classes) =>
            StoreSpecification.Create(Method, Model?.ContentHash(), Model is null ? null : Precision.ToString(), Seed, BatchSize, classes);
    }

    public Settings Options => settings;

    public IReadOnlyList<ShotClass> Classes => classes;

    public StoreSpecification Specification => specification;

    public string StoreFolder => storeFolder;

    public static Synthesizer Create(Settings settings, IReadOnlyList<ShotClass> classes, string rootFolder)
    {
        var specification = settings.Specify(classes);
        return new Synthesizer(settings, classes, specification, Path.Combine(rootFolder, specification.FolderName()));
    }

    /// <summary>The images of the quotas, in order; only those that the store lacks are made.</summary>
    public IReadOnlyList<StoredImage> Make(IReadOnlyList<ImageQuota> quotas, SynthesisLog log, CancellationToken cancellation)
    {
        using var store = SynthesisStore.Open(storeFolder, specification, log.Warn);
        LatentDiffusionModel? model = null;
        try
        {
            var context = new SynthesisContext(classes, settings.Seed, store.StateFolder, () => model ??= Load(log), log.Info, cancellation);
            return new StoreFiller(store, settings.BatchSize, () => settings.Method.Adapt(context), log.Info).Fill(quotas, cancellation);
        }
        finally
        {
            model?.Dispose();
        }
    }

    private LatentDiffusionModel Load(SynthesisLog log)
    {
        var source = settings.Model ?? throw new InvalidOperationException($"The method '{settings.Method.Name}' says that it uses no diffusion model, but reads one.");
        if (source.ContentHash() != specification.Model)
            throw new InvalidDataException($"The diffusion model in '{source.Folder}' is not the one that the images in '{storeFolder}' were made with.");
        return source.Load(settings.Device, settings.Precision, log.Info);
    }
}
