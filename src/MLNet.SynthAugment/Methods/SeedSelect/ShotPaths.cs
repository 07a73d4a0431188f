using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Files;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Methods;

/// <summary>
/// The norm-aware paths of a class (NAO: Samuel et al. 2023): its shots are inverted by DDIM, then their centroid and
/// the paths to it are optimised. They are kept in the state folder.
/// </summary>
internal sealed class ShotPaths(SeedSelect method, SynthesisContext context, SeedSelectShots shots)
{
    // More would cost much memory and time, and add little: the centroid of this many changes little with another.
    private const int MostShots = 16;

    private const string Centroid = "centroid";
    private const string Paths = "paths";

    /// <summary>Whether a class has paths: a single shot has none.</summary>
    public static bool HasPaths(ShotClass shotClass) => shotClass.Shots.Count > 1;

    /// <summary>The file of a class's paths, in the state folder.</summary>
    public static string FileOf(ShotClass shotClass) =>
        $"{StoreLayout.Paths}/{FileNames.Unique(shotClass.Label)}.safetensors";

    /// <summary>The paths of a class, which the caller disposes; null if there is but one shot.</summary>
    public NormAwarePaths? Of(ShotClass shotClass, CancellationToken cancellationToken)
    {
        if (!HasPaths(shotClass))
        {
            context.Log($"Class '{shotClass.Label}' has one shot, and norm-aware paths need two; its images start "
                + "at noise.");
            return null;
        }
        return Load(context.LearnOnce(
            FileOf(shotClass), path => Find(shotClass, path, cancellationToken), IsSound));
    }

    private void Find(ShotClass shotClass, string path, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var inversions = Invert(shotClass, cancellationToken);
        context.Log($"Looking for norm-aware paths between {inversions.shape[0]} shots of class '{shotClass.Label}'.");
        using var found = NormAwareCentroid.Optimize(
            inversions.flatten(1), method.Paths, cancellationToken: cancellationToken);
        SafetensorsWriter.Write(
            path, new Dictionary<string, Tensor> { [Centroid] = found.Centroid, [Paths] = found.Paths });
    }

    /// <summary>The noise that DDIM leads to each shot from, [N, C, h, w].</summary>
    private Tensor Invert(ShotClass shotClass, CancellationToken cancellationToken)
    {
        var inversion = new DdimInversion(context.Model.UNet, new DdimScheduler(context.Model.SchedulerConfig));
        var sampling = new SamplingOptions { Steps = method.InversionSteps, GuidanceScale = 1 };
        var latents = shots.References(shotClass).Latents;
        var found = new List<Tensor>();
        for (var shot = 0; shot < Math.Min(latents.shape[0], MostShots); shot++)
        {
            using var scope = NewDisposeScope();
            var conditioning = shots.ConditioningOfShot(shotClass, shot, sampling);
            found.Add(inversion.Invert(
                latents.narrow(0, shot, 1), conditioning, sampling, cancellationToken: cancellationToken)
                .MoveToOuterDisposeScope());
        }
        return cat(found);
    }

    private bool IsSound(string path)
    {
        try
        {
            using var paths = Load(path);
            return true;
        }
        catch (Exception error) when (error is SafetensorsException or InvalidDataException)
        {
            context.Log($"The norm-aware paths in '{path}' are damaged and are looked for again: {error.Message}");
            return false;
        }
    }

    private static NormAwarePaths Load(string path)
    {
        using var file = SafetensorsFile.Open(path);
        if (!file.Tensors.ContainsKey(Centroid) || !file.Tensors.ContainsKey(Paths))
            throw new InvalidDataException("there is no centroid or there are no paths in it.");
        return new NormAwarePaths(file.Read(Centroid), file.Read(Paths));
    }
}
