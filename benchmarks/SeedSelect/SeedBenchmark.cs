using System.Diagnostics;
using System.Globalization;
using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.Seeds;
using MLNet.SynthAugment.Methods;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Benchmarks.SeedSelection;

/// <summary>
/// Optimises the same images (same class, same bootstrap sample of the shots, same shot as condition) in full from
/// noise, from an anchor and from a norm-aware path, and keeps the loss of each evaluation: of the start and after each
/// update but the last, as the method sees them.
/// </summary>
internal sealed class SeedBenchmark(
    SeedSelect method, LatentDiffusionModel model, ClipEncoder clip, IReadOnlyList<ShotImagesOfClass> allClasses,
        IReadOnlyList<ShotImagesOfClass> classes, int perClass, long seed) : IDisposable
{
    private readonly ConditioningEncoder _conditionings = new(model);
    private readonly SeedOptimizer _optimizer =
        new(new DifferentiableSampler(model.UNet, new DdimScheduler(model.SchedulerConfig)));
    private readonly SamplingOptions _sampling =
        new() { Steps = method.Sampling.Steps, GuidanceScale = method.Sampling.GuidanceScale };
    private readonly SeedOptimizationOptions _options = new()
    {
        Iterations = method.Optimization.Iterations,
        LearningRate = method.Optimization.LearningRate,
        SemanticWeight = method.Optimization.SemanticWeight,
        StepWeights = method.Optimization.StepWeights
    };

    public BenchmarkResult Run(Action<string> log)
    {
        var ways = new Dictionary<string, (List<MeasuredImage> Images, Stopwatch Time)>();
        var byName = new List<(string, float[])>();
        for (var i = 0; i < classes.Count; i++)
        {
            var shotClass = classes[i];
            using var scope = NewDisposeScope();
            using var references = ReferenceImages.Encode(shotClass.Shots.Select(shot => shot.Clone()), model, clip);
            byName.AddRange(FeaturesByName(shotClass.Name).Select(feature => (shotClass.Name, feature)));
            var anchors = OptimizeAll(shotClass, references,
                [.. Enumerable.Range(0, method.Anchors).Select(i => (long)i)], NoiseOf).Seeds;
            List<long> indices = [.. Enumerable.Range(method.Anchors, perClass).Select(i => (long)i)];
            Measure("in full from noise", NoiseOf);
            Measure("from an anchor", index =>
                SeedPerturbation.Apply(anchors[(int)AnchorOf(index)], NoiseOf(index), method.Perturbation));
            if (method.Paths.Iterations > 0)
            {
                using var paths = PathsOf(shotClass, references);
                Measure("from a norm-aware path", index => OnPath(paths, shotClass.Name, index));
            }
            var progress = ways.Select(way => Progress(way.Key, way.Value.Images.TakeLast(perClass)));
            log($"{i + 1} of {classes.Count} classes; losses of the last: {string.Join(", ", progress)}");

            Tensor NoiseOf(long index) => Noise.Normal(new NoiseKey(seed, shotClass.Name, index), SeedShape,
                RequestNoise.Latents);

            void Measure(string way, Func<long, Tensor> start)
            {
                if (!ways.TryGetValue(way, out var found))
                    ways[way] = found = ([], new Stopwatch());
                found.Time.Start();
                found.Images.AddRange(OptimizeAll(shotClass, references, indices, start).Images);
                found.Time.Stop();
            }
        }
        return new BenchmarkResult([.. ways.Select(way =>
            new Measurement(way.Key, way.Value.Images,
                way.Value.Time.Elapsed.TotalSeconds / way.Value.Images.Sum(image => image.Losses.Count)))], byName,
                    allClasses.ToDictionary(shotClass => shotClass.Name, PrototypeOf));
    }

    public void Dispose()
    {
        foreach (var shot in allClasses.SelectMany(shotClass => shotClass.Shots))
            shot.Dispose();
    }

    private float[] PrototypeOf(ShotImagesOfClass shotClass)
    {
        using var scope = NewDisposeScope();
        return nn.functional.normalize(clip.EncodeImages(shotClass.Shots).mean([0L]), dim: 0).data<float>().ToArray();
    }

    private List<float[]> FeaturesByName(string className)
    {
        using var scope = NewDisposeScope();
        var prompts = ClassNamePrompt.ForEmbeddedModel;
        var images = new TextToImagePipeline(model).Generate(
            [.. Enumerable.Range(0, perClass)
                .Select(index => new ImageRequest($"a photo of a {className}", new NoiseKey(seed, className, index)))],
            new SamplingOptions { Steps = prompts.Sampling.Steps, GuidanceScale = prompts.Sampling.GuidanceScale });
        var features = Rows(clip.EncodeImages(images));
        foreach (var image in images)
            image.Dispose();
        return features;
    }

    private long[] SeedShape => [1, model.Vae.LatentChannels, model.ImageSize / model.Vae.ScaleFactor,
        model.ImageSize / model.Vae.ScaleFactor];

    private (List<MeasuredImage> Images, List<Tensor> Seeds) OptimizeAll(ShotImagesOfClass shotClass,
        ReferenceImages references, IReadOnlyList<long> indices, Func<long, Tensor> start)
    {
        var (images, seeds) = (new List<MeasuredImage>(), new List<Tensor>());
        foreach (var group in indices.Chunk(method.SeedsAtOnce))
        {
            using var scope = NewDisposeScope();
            var weights = stack(group.Select(index => BootstrapWeights(shotClass, index)).ToList());
            var semantic = new SemanticLoss(model.Vae, clip.Model.Vision, references.FeatureCentroids(weights),
                clip.Processor);
            IReadOnlyList<LatentLossTerm> terms = [.. semantic.Terms(
                method.Optimization.StepWeights, method.Optimization.SemanticWeight),
                new AppearanceLoss(references.LatentCentroids(weights)).Term(method.AppearanceWeight)];
            var losses = group.Select(_ => new List<double>()).ToList();
            Tensor? firstLatents = null;
            var found = _optimizer.OptimizeEach(cat(group.Select(start).ToList()), ConditioningOf(shotClass, group),
                _sampling, _ => terms, _options, onIteration: iteration =>
            {
                if (iteration.Rows.Count != group.Length)
                    throw new InvalidOperationException(
                        "A seed diverged, which this comparison does not provide for: lower the learning rate.");
                firstLatents ??= iteration.Result.Latents.clone().MoveToOuterDisposeScope().MoveToOuterDisposeScope();
                var values = iteration.Result.Loss.data<float>().ToArray();
                for (var row = 0; row < values.Length; row++)
                    losses[row].Add(values[row]);
            });
            using var mode = no_grad();
            var (startFeatures, features) = (Rows(semantic.Features(firstLatents!)),
                Rows(semantic.Features(cat(found.Select(seedFound => seedFound!.Latents).ToList()))));
            images.AddRange(group.Select((_, row) =>
                new MeasuredImage(shotClass.Name, losses[row], startFeatures[row], features[row])));
            seeds.AddRange(found.Select(seedFound => seedFound!.Seed.MoveToOuterDisposeScope()));
        }
        return (images, seeds);
    }

    private Conditioning ConditioningOf(ShotImagesOfClass shotClass, IReadOnlyList<long> indices)
    {
        using var mode = no_grad();
        return _conditionings.Encode([.. indices.Select(index => RequestOf(shotClass, index, SeededRandom.Create(
            new NoiseKey(seed, shotClass.Name, AnchorOf(index)), "shot").Next(shotClass.Shots.Count)))], _sampling);
    }

    private ImageRequest RequestOf(ShotImagesOfClass shotClass, long index, int shot) =>
        new($"a photo of a {shotClass.Name}", new NoiseKey(seed, shotClass.Name, index))
        {
            ImageCondition = _conditionings.Images.TakesImages && method.ConditionOnShots
                ? _conditionings.Images.Encode([shotClass.Shots[shot]]) : null,
        };

    private NormAwarePaths PathsOf(ShotImagesOfClass shotClass, ReferenceImages references)
    {
        var inversion = new DdimInversion(model.UNet, new DdimScheduler(model.SchedulerConfig));
        var sampling = new SamplingOptions { Steps = method.InversionSteps, GuidanceScale = 1 };
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        var conditioning = _conditionings.Encode(
            [.. shotClass.Shots.Select((_, shot) => RequestOf(shotClass, shot, shot))], sampling);
        var inversions = inversion.Invert(references.Latents, conditioning, sampling).flatten(1);
        var paths = NormAwareCentroid.Optimize(inversions,
            new NormAwareOptions { PathPoints = method.Paths.PathPoints, Iterations = method.Paths.Iterations });
        return new NormAwarePaths(paths.Centroid.DetachFromDisposeScope(), paths.Paths.DetachFromDisposeScope());
    }

    private Tensor OnPath(NormAwarePaths paths, string className, long index)
    {
        var random = SeededRandom.Create(new NoiseKey(seed, className, index), "path");
        return paths.PointAt(random.Next((int)paths.Paths.shape[0]), random.NextDouble()).reshape(SeedShape);
    }

    // An image is conditioned on its anchor's shot.
    private long AnchorOf(long index) => index % method.Anchors;

    private Tensor BootstrapWeights(ShotImagesOfClass shotClass, long index)
    {
        var random = SeededRandom.Create(new NoiseKey(seed, shotClass.Name, index), "bootstrap");
        var weights = new float[shotClass.Shots.Count];
        for (var drawn = 0; drawn < weights.Length; drawn++)
            weights[random.Next(weights.Length)] += 1f / weights.Length;
        return tensor(weights);
    }

    private static string Progress(string way, IEnumerable<MeasuredImage> images) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{way} {images.Average(image => image.StartLoss):0.000} to "
                + $"{images.Average(image => image.Losses.Min()):0.000}");

    private static List<float[]> Rows(Tensor features) =>
        [.. Enumerable.Range(0, (int)features.shape[0]).Select(row => features[row].data<float>().ToArray())];
}
