using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Logging;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Methods;

/// <summary>Optimises the seeds of groups of images and keeps them in the state folder.</summary>
internal sealed class SeedSearch : IDisposable
{
    private const int MostFreshStarts = 3;
    private const string BootstrapStream = "bootstrap";

    private readonly SeedSelect _method;
    private readonly SynthesisContext _context;
    private readonly SeedSelectShots _shots;
    private readonly ShotPaths _paths;
    private readonly SeedStarts _starts;
    private readonly SeedOptimizer _optimizer;
    private CancellationToken _cancellation;

    public SeedSearch(SeedSelect method, SynthesisContext context)
    {
        (_method, _context) = (method, context);
        _shots = new SeedSelectShots(method, context);
        _paths = new ShotPaths(method, context, _shots);
        _starts = new SeedStarts(method, context, shotClass => _paths.Of(shotClass, _cancellation), Load);
        _optimizer = new SeedOptimizer(
            new DifferentiableSampler(context.Model.UNet, new DdimScheduler(context.Model.SchedulerConfig)));
    }

    /// <summary>The file with the seeds of a group, which are optimised unless it is there.</summary>
    public string FileOf(ShotClass shotClass, SeedGroup group, CancellationToken cancellationToken)
    {
        _cancellation = cancellationToken;
        return _context.LearnOnce(
            group.FileName(shotClass), path => Search(shotClass, group, path), path => IsSound(path, group));
    }

    /// <summary>Finds the norm-aware paths of a class unless they are there.</summary>
    public void LearnPaths(ShotClass shotClass, CancellationToken cancellationToken) =>
        _paths.Of(shotClass, cancellationToken)?.Dispose();

    public void Dispose() => _shots.Dispose();

    private SeedSet Load(ShotClass shotClass, long index) =>
        SeedSet.Load(FileOf(shotClass, SeedGroup.Of(index, _method), _cancellation));

    private bool IsSound(string path, SeedGroup group)
    {
        try
        {
            using var set = SeedSet.Load(path);
            return set.Indices.SequenceEqual(group.Indices) && set.Details.Count == group.Count
                && set.Details.All(details => SeedDetails.TryParse(details) is not null);
        }
        catch (Exception error) when (error is SafetensorsException or InvalidDataException)
        {
            _context.Log($"The seeds in '{path}' are damaged and are optimised again: {error.Message}");
            return false;
        }
    }

    private void Search(ShotClass shotClass, SeedGroup group, string path)
    {
        using var scope = NewDisposeScope();
        var starts = _starts.Of(shotClass, group).ToList();
        var found = Optimize(shotClass, group.Indices, starts, group.FromAnchors).ToList();
        for (var attempt = 1; found.Contains(null); attempt++)
        {
            var failed = Enumerable.Range(0, group.Count).Where(row => found[row] is null).ToList();
            if (attempt > MostFreshStarts)
                throw new InvalidOperationException(
                    $"Image {group.Indices[failed[0]]} of class '{shotClass.Label}' has no finite loss, from "
                        + $"{attempt} different starts. Use Float32 or BFloat16 instead of Float16, and check the "
                        + "model and the CLIP model.");
            _context.Log($"The loss of {failed.Count} starts of class '{shotClass.Label}' is not a finite number; "
                + "they start again from other noise.");
            failed.ForEach(row => starts[row] = _starts.Fresh(shotClass, group.Indices[row], attempt));
            var again = Optimize(shotClass, [.. failed.Select(row => group.Indices[row])],
                [.. failed.Select(row => starts[row])], fromAnchors: false);
            for (var i = 0; i < failed.Count; i++)
                found[failed[i]] = again[i];
        }
        Save(shotClass, group, starts, [.. found.OfType<OptimizedSeed>()], path);
    }

    private IReadOnlyList<OptimizedSeed?> Optimize(
        ShotClass shotClass, IReadOnlyList<long> indices, IReadOnlyList<SeedStart> starts, bool fromAnchors)
    {
        using var scope = NewDisposeScope();
        var device = _context.Model.Device;
        var references = _shots.References(shotClass);
        var weights = BootstrapWeights(shotClass, indices).to(device);
        var features = _method.Optimization.SemanticWeight > 0 ? references.FeatureCentroids(weights) : null;
        var latents = references.LatentCentroids(weights);
        var seeds = cat(starts.Select(start => start.Seed).ToList()).to(device);
        var conditioning = _shots.ConditioningOfImages(shotClass, indices);
        var options = _method.OptimizationOf(fromAnchors);
        var images = indices.Count == 1 ? $"image {indices[0]}" : $"images {indices[0]} to {indices[^1]}";
        var seedsOf = $"the seeds of {images} of class '{shotClass.Label}'";
        var progress = new ProgressLog($"evaluations of {seedsOf}", options.Iterations, _context.Log);
        var found = _optimizer.OptimizeEach(
            seeds, conditioning, _method.Sampling.ToOptions(), TermsOf, options,
                [.. starts.Select(start => start.TargetLoss)],
            Report, _cancellation);
        Conclude(seedsOf, shotClass, indices, found);
        foreach (var seed in found.OfType<OptimizedSeed>())
        {
            seed.Seed.MoveToOuterDisposeScope();
            seed.Latents.Dispose();
        }
        return found;

        void Report(SeedIteration iteration) => progress.Report(iteration.Iteration + 1, () =>
        {
            using var losses = NewDisposeScope();
            var loss = iteration.Result.Loss.mean().item<float>();
            return string.Create(
                CultureInfo.InvariantCulture, $"{iteration.Rows.Count} under way, loss {loss:0.0000} on average");
        });

        IReadOnlyList<LatentLossTerm> TermsOf(Tensor rows) =>
        [
            .. features is null ? [] : new SemanticLoss(
                _context.Model.Vae, _context.Clip.Model.Vision, features.index_select(0, rows),
                _context.Clip.Processor).Terms(_method.Optimization.StepWeights, _method.Optimization.SemanticWeight),
            .. _method.AppearanceWeight == 0
                ? Array.Empty<LatentLossTerm>()
                    : [new AppearanceLoss(latents.index_select(0, rows)).Term(_method.AppearanceWeight)],
        ];
    }

    private void Conclude(
        string seedsOf, ShotClass shotClass, IReadOnlyList<long> indices, IReadOnlyList<OptimizedSeed?> found)
    {
        var seeds = found.OfType<OptimizedSeed>().ToList();
        if (seeds.Count > 0)
        {
            var (before, after) = (seeds.Average(seed => seed.StartLoss), seeds.Average(seed => seed.Loss));
            var evaluations = seeds.Max(seed => seed.Evaluations);
            _context.Log($"Optimised {seedsOf}: " + string.Create(CultureInfo.InvariantCulture,
                $"mean loss {before:0.0000} before, {after:0.0000} after {evaluations} evaluations."));
        }
        foreach (var (seed, index) in found.Zip(indices).Where(pair => pair.First is { Diverged: true }))
        {
            _context.Log($"The seed of image {index} of class '{shotClass.Label}' diverged at evaluation "
                + $"{seed!.Evaluations}; the best one before is kept, with loss "
                + string.Create(CultureInfo.InvariantCulture, $"{seed.Loss:0.0000}."));
        }
    }

    /// <summary>Each shot's share in the means of each image, [images, shots].</summary>
    private Tensor BootstrapWeights(ShotClass shotClass, IReadOnlyList<long> indices)
    {
        var shots = shotClass.Shots.Count;
        var weights = new float[indices.Count * shots];
        for (var row = 0; row < indices.Count; row++)
        {
            var random = SeededRandom.Create(new NoiseKey(_context.Seed, shotClass.Label, indices[row]),
                BootstrapStream);
            for (var shot = 0; shot < shots; shot++)
                weights[row * shots + (_method.Bootstrap ? random.Next(shots) : shot)] += 1f / shots;
        }
        return tensor(weights, [indices.Count, shots]);
    }

    private void Save(ShotClass shotClass, SeedGroup group, List<SeedStart> starts, List<OptimizedSeed> found,
        string path)
    {
        var details = found.Select(
            (seed, row) => new SeedDetails(
            starts[row].Kind, seed.StartLoss, seed.Loss, seed.Iteration, seed.Evaluations)
            {
                SemanticCosine = _method.Optimization.SemanticWeight > 0
                    ? 1 - seed.Terms[_method.Optimization.StepWeights.Count - 1] : null,
                Anchor = starts[row].Anchor,
                Diverged = seed.Diverged,
                ConditionShot = _shots.ShotOf(shotClass, group.Indices[row]) is { } shown
                ? new ShotDetails(shown.ImageHash) : null,
            });
        using var images = _shots.ConditionsOf(shotClass, group.Indices);
        using var set = new SeedSet
        {
            Seeds = cat(found.Select(seed => seed.Seed).ToList()).cpu(),
            Indices = group.Indices,
            ClassName = shotClass.Label,
            RunSeed = _context.Seed,
            Prompt = _method.PromptOf(shotClass),
            Sampling = _method.Sampling.ToOptions(),
            Scheduler = SeedReplay.SchedulerName,
            ModelHash = _context.Model.ContentHash,
            Images = images,
            Details = [.. details.Select(detail => detail.ToJson())],
        };
        set.Save(path);
    }
}
