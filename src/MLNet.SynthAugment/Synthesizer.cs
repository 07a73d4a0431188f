using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Methods;
using MLNet.SynthAugment.Selection;
using MLNet.SynthAugment.Store;

namespace MLNet.SynthAugment;

/// <summary>Makes synthetic images of fixed classes with fixed settings, through a store.</summary>
internal sealed class Synthesizer(Synthesizer.Settings settings, IReadOnlyList<ShotClass> classes, StoreSpecification specification, string storeFolder)
{
    /// <summary>How images are made. The model is null if the method uses none, the CLIP model if there is none.</summary>
    public sealed record Settings(
        ISynthesisMethod Method, DiffusionModel? Model, ImageTextModel? Clip, ImageSelection Selection, string Device, Precision Precision, long Seed, int BatchSize)
    {
        public static Settings Create(SynthesizeFewShotEstimator.Options options)
        {
            var model = options.Model ?? DiffusionModel.Embedded;
            var method = options.Method ?? model.DefaultMethod;
            return new Settings(method, method.UsesDiffusionModel ? model : null, options.Clip ?? (model.IsEmbedded ? ImageTextModel.Embedded : null),
                options.Selection ?? ImageSelection.None, options.Device, options.Precision, options.Seed, options.BatchSize);
        }

        public StoreSpecification Specify(IEnumerable<ShotClass> classes) => StoreSpecification.Create(Method, Model?.ContentHash(),
            Method.UsesClip ? Clip?.ContentHash() : null, Model is null ? null : Precision.ToString(), Seed, BatchSize, classes);
    }

    public Settings Options => settings;

    public IReadOnlyList<ShotClass> Classes => classes;

    /// <summary>The classes' labels, in order.</summary>
    public IReadOnlyList<string> Labels => [.. classes.Select(found => found.Label)];

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
        using var models = new LoadedModels(settings, log.Info);
        return new StoreFiller(store, settings.BatchSize, Adapt, log.Info).Fill(quotas, cancellation);

        IImageSource Adapt()
        {
            CheckModels();
            return settings.Method.Adapt(new SynthesisContext(classes, settings.Seed, store.StateFolder, models, log.Info, cancellation));
        }
    }

    private void CheckModels()
    {
        if (settings.Model is { } model && model.ContentHash() != specification.Model)
            throw new InvalidDataException($"The diffusion model in '{model.Folder}' is not the one that the images in '{storeFolder}' were made with.");
        if (settings is { Method.UsesClip: true, Clip: { } clip } && clip.ContentHash() != specification.Clip)
            throw new InvalidDataException($"The CLIP model in '{clip.Folder}' is not the one that the images in '{storeFolder}' were made with.");
    }
}
