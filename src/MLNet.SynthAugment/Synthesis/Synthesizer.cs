using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Logging;
using MLNet.SynthAugment.Methods;
using MLNet.SynthAugment.Models;
using MLNet.SynthAugment.Selection;
using MLNet.SynthAugment.Store;

namespace MLNet.SynthAugment.Synthesis;

/// <summary>Makes synthetic images of fixed classes with fixed settings, through a store.</summary>
/// <param name="settings">How images are made and selected.</param>
/// <param name="classes">The classes with their shots.</param>
/// <param name="specification">What the images follow from.</param>
/// <param name="clipHash">The content hash of the CLIP model; null if neither method nor selection looks at it.</param>
/// <param name="storeFolder">The store's folder.</param>
internal sealed class Synthesizer(
    Synthesizer.Settings settings, IReadOnlyList<ShotClass> classes, StoreSpecification specification, string? clipHash,
    string storeFolder)
{
    /// <summary>How images are made.</summary>
    public sealed record Settings(
        ISynthesisMethod Method, ModelChoice Models, ImageSelection Selection, long Seed, int BatchSize)
    {
        /// <exception cref="InvalidOperationException">A CLIP model is needed and there is none.</exception>
        public string? ClipHash() => !Method.UsesClip && Selection.AcceptsAll
            ? null : Models.Clip?.ContentHash() ?? throw LoadedModels.MissingClip();
    }

    public Settings Options => settings;

    public IReadOnlyList<ShotClass> Classes => classes;

    /// <summary>The classes' labels, in order.</summary>
    public IReadOnlyList<string> Labels => [.. classes.Select(found => found.Label)];

    public StoreSpecification Specification => specification;

    public string? ClipHash => clipHash;

    public string StoreFolder => storeFolder;

    public static Synthesizer Create(Settings settings, IReadOnlyList<ShotClass> classes, string rootFolder)
    {
        var clipHash = settings.ClipHash();
        var model = settings.Models.Diffusion;
        var specification = StoreSpecification.Create(
            settings.Method, model?.ContentHash(), settings.Method.UsesClip ? clipHash : null,
            model is null ? null : settings.Models.Precision.ToString(), settings.Seed, settings.BatchSize, classes);
        return new Synthesizer(settings, classes, specification, clipHash,
            Path.Combine(rootFolder, specification.FolderName()));
    }

    /// <summary>The images of the quotas, in order; only those that the store lacks are made.</summary>
    public FilledStore Make(IReadOnlyList<ImageQuota> quotas, SynthesisLog log, CancellationToken cancellationToken)
    {
        using var store = SynthesisStore.Open(storeFolder, specification, log.Warn);
        using var models = new LoadedModels(settings.Models, specification.Model, clipHash, log.Info);
        var selector = settings.Selection.AcceptsAll
            ? null
            : new Selector(new SelectionSpecification(
                settings.Selection.Clip, settings.Selection.NearCopies, clipHash!), classes, () => models.Clip, store);
        var context = new SynthesisContext(classes, settings.Seed, store.StateFolder, models, log, cancellationToken);
        using var method = new AdaptedMethod(settings.Method, context, specification.Version);
        return new StoreFiller(store, settings.BatchSize, method, settings.Selection.MaxTries, selector, log).Fill(
            quotas, cancellationToken);
    }
}
