using MLNet.SynthAugment.FewShot;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Methods;

/// <summary>Where an image's optimisation starts.</summary>
/// <param name="Seed">Unit normal noise [1, C, h, w] on the CPU, of the current dispose scope.</param>
/// <param name="Kind">For <see cref="SeedDetails.Start"/>.</param>
internal sealed record SeedStart(Tensor Seed, string Kind)
{
    /// <summary>The loss at which the image is good enough.</summary>
    public double TargetLoss { get; init; } = double.NegativeInfinity;

    /// <summary>Index of the image whose seed this one starts from.</summary>
    public long? Anchor { get; init; }
}

/// <summary>Finds the start of each image, a function of its class and index alone.</summary>
/// <param name="method">The settings.</param>
/// <param name="context">The run.</param>
/// <param name="paths">The norm-aware paths of a class; null if it has none.</param>
/// <param name="savedSeeds">The saved seeds of an image's group.</param>
internal sealed class SeedStarts(
    SeedSelect method, SynthesisContext context, Func<ShotClass, NormAwarePaths?> paths,
    Func<ShotClass, long, SeedSet> savedSeeds)
{
    private const string PathStream = "path";

    /// <summary>The starts of a group's images.</summary>
    public IReadOnlyList<SeedStart> Of(ShotClass shotClass, SeedGroup group)
    {
        if (group.FromAnchors)
            return [.. group.Indices.Select(index => FromAnchor(shotClass, index))];
        if (method.Start == SeedSelectStart.NormAwarePath)
        {
            using var found = paths(shotClass);
            if (found is not null)
                return [.. group.Indices.Select(index => OnPath(found, shotClass, index))];
        }
        return [.. group.Indices.Select(
            index => new SeedStart(NoiseOf(shotClass, index, RequestNoise.Latents), "noise"))];
    }

    /// <summary>Another start for an image whose first ones lead to no finite loss.</summary>
    /// <param name="shotClass">The class.</param>
    /// <param name="index">The image.</param>
    /// <param name="attempt">1 for the second start, and so on.</param>
    public SeedStart Fresh(ShotClass shotClass, long index, int attempt) =>
        new(NoiseOf(shotClass, index, $"fresh start {attempt}"), "fresh noise");

    private SeedStart FromAnchor(ShotClass shotClass, long index)
    {
        using var scope = NewDisposeScope();
        var anchor = SeedGroup.AnchorOf(method, context, shotClass, index)!.Value;
        using var saved = savedSeeds(shotClass, anchor);
        var row = saved.Indices.ToList().IndexOf(anchor);
        var seed = SeedPerturbation.Apply(
            saved.Seeds.narrow(0, row, 1), NoiseOf(shotClass, index, RequestNoise.Latents), method.Perturbation);
        return new SeedStart(seed.MoveToOuterDisposeScope(), "anchor")
        { Anchor = anchor, TargetLoss = SeedDetails.TryParse(saved.Details[row])!.LossAfter };
    }

    private SeedStart OnPath(NormAwarePaths found, ShotClass shotClass, long index)
    {
        using var scope = NewDisposeScope();
        var random = SeededRandom.Create(new NoiseKey(context.Seed, shotClass.Label, index), PathStream);
        var point = found.PointAt(random.Next((int)found.Paths.shape[0]), random.NextDouble());
        return new SeedStart(point.reshape(SeedShape).MoveToOuterDisposeScope(), "path");
    }

    private Tensor NoiseOf(ShotClass shotClass, long index, string stream) =>
        Noise.Normal(new NoiseKey(context.Seed, shotClass.Label, index), SeedShape, stream);

    private long[] SeedShape
    {
        get
        {
            var (model, size) = (context.Model, context.Model.ImageSize / context.Model.Vae.ScaleFactor);
            return [1, model.Vae.LatentChannels, size, size];
        }
    }
}
