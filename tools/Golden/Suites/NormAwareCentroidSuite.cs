using System.Text.RegularExpressions;
using MLNet.SynthAugment.Diffusion.Seeds;

namespace MLNet.SynthAugment.Golden.Suites;

/// <summary>Norm-aware centroid and paths: the density, gradients, terms of each update and the end values.</summary>
internal sealed partial class NormAwareCentroidSuite : IGoldenSuite
{
    private const double Tolerance = 1e-5;
    private const double GradientTolerance = 1e-4;

    /// <inheritdoc/>
    public IEnumerable<GoldenCase> Cases(GoldenFolder folder) =>
        from file in folder.Files
        where folder.ModelClass is null && file.EndsWith(".safetensors", StringComparison.Ordinal)
        let tensors = folder.Tensors(file)
        where tensors.Has("centroid_init") && tensors.Has("points") && tensors.Has("path0_init")
        select new GoldenCase(Path.GetFileNameWithoutExtension(file), [file], checks => Check(tensors, checks))
        { NeedsGradients = true, Float32Only = true };

    private static void Check(GoldenTensors golden, GoldenChecks checks)
    {
        var seeds = golden["points"];
        var spacing = golden["eps"].item<float>();
        var start = new NormAwarePaths(golden["centroid_init"].reshape(-1), Paths("init"));
        CheckDensities(golden, seeds.shape[1], checks);
        CheckGradients(golden, seeds, start, spacing, checks);

        var expected = golden["terms"];
        var options = new NormAwareOptions
        { Iterations = (int)expected.shape[0], LearningRate = 0.01, Spacing = spacing };
        using var end = NormAwareCentroid.Optimize(seeds, options, start, (iteration, terms) =>
            checks.CloseToLargest($"terms[{iteration}]", expected[iteration],
                stack([terms.Integral, terms.Penalty, terms.Loss]), Tolerance));
        checks.CloseToLargest("centroid", golden[$"centroid_after{options.Iterations}"].reshape(-1), end.Centroid,
            Tolerance);
        checks.CloseToLargest("paths", Paths($"after{options.Iterations}"), end.Paths, Tolerance);

        Tensor Paths(string suffix) =>
            stack([.. Enumerable.Range(0, (int)seeds.shape[0]).Select(i => golden[$"path{i}_{suffix}"])]);
    }

    private static void CheckDensities(GoldenTensors golden, long dimensions, GoldenChecks checks)
    {
        foreach (var name in golden.Names)
        {
            if (DensityName().Match(name) is { Success: true } match)
                checks.CloseToLargest(name, golden[name],
                    ChiDistribution.LogDensity(tensor([float.Parse(match.Groups[1].ValueSpan)]), dimensions),
                        Tolerance);
        }
    }

    private static void CheckGradients(
        GoldenTensors golden, Tensor seeds, NormAwarePaths start, double spacing, GoldenChecks checks)
    {
        var (paths, centroid) = (start.Paths.detach().clone().requires_grad_(),
            start.Centroid.detach().clone().requires_grad_());
        NormAwareTerms.Compute(seeds, paths, centroid, spacing).Loss.backward();
        checks.CloseToLargest("grad_centroid_iter0", golden["grad_centroid_iter0"].reshape(-1), centroid.grad!,
            GradientTolerance);
        for (var i = 0; i < seeds.shape[0]; i++)
            checks.CloseToLargest($"grad_path{i}_iter0", golden[$"grad_path{i}_iter0"], paths.grad![i],
                GradientTolerance);
    }

    [GeneratedRegex("^log_chi_at_norm_([0-9.]+)$")]
    private static partial Regex DensityName();
}
