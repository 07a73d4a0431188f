using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Trainers.Classifiers;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Tests.Trainers;

/// <summary>λ·CE(real) + (1−λ)·CE(synthetic), and the same as example weights.</summary>
public sealed class RealSyntheticLossTests
{
    private sealed class Row
    {
        public string Label { get; set; } = "";
        public bool IsSynthetic { get; set; }
        public float ExampleWeight { get; set; }
    }

    [Theory]
    [InlineData(0.8)]
    [InlineData(0.3)]
    public void Example_weights_and_the_trainers_own_lambda_give_the_same_gradient_on_a_batch_of_64(double lambda)
    {
        using var fitting = new Fitting();
        var shots = fitting.ML.Data.LoadFromEnumerable(fitting.WriteShots(perClass: 4).Take(10));
        var options = fitting.Options(perClass: 18);
        options.RealLossWeight = lambda;
        var expanded = fitting.Fit(shots, options).Transform(shots);
        var rows = fitting.ML.Data.CreateEnumerable<Row>(expanded, reuseRowObject: false).ToList();
        Assert.Equal((64, 10), (rows.Count, rows.Count(row => !row.IsSynthetic)));
        var labels = rows.Select(row => (long)Array.IndexOf(Drawings.Classes, row.Label)).ToArray();

        using var scope = NewDisposeScope();
        using var generator = new Generator(5, CPU);
        var features = randn([64, 20], ScalarType.Float64, generator: generator);
        var targets = nn.functional.one_hot(tensor(labels), Drawings.Classes.Length).to(ScalarType.Float64);
        // What an ordinary ML.NET trainer minimises: the mean of weight × cross entropy, here written without this
        // library's loss.
        var expected = GradientOf(features, weights =>
        {
            var losses = nn.functional.cross_entropy(
                features.matmul(weights), tensor(labels), reduction: nn.Reduction.None);
            return (losses * tensor(rows.Select(row => (double)row.ExampleWeight).ToArray())).sum() / 64;
        });
        var own = GradientOf(features, weights =>
            RealSyntheticLoss.Combine(
                RealSyntheticLoss.CrossEntropies(features.matmul(weights), targets),
                [.. rows.Select(row => row.IsSynthetic)], lambda));
        var weighted = GradientOf(features, weights =>
            RealSyntheticLoss.Weighted(
                RealSyntheticLoss.CrossEntropies(features.matmul(weights), targets),
                [.. rows.Select(row => row.ExampleWeight)]));

        Assert.True(expected.abs().max().item<double>() > 0.01);
        Assert.InRange((own - expected).abs().max().item<double>(), 0, 1e-6);
        Assert.InRange((weighted - expected).abs().max().item<double>(), 0, 1e-6);
    }

    [Fact]
    public void Where_an_ordinary_trainer_with_example_weights_ends_the_trainers_own_loss_has_no_gradient_left()
    {
        const double lambda = 0.8;
        var ml = new MLContext(seed: 1);
        // Features that do not tell the classes apart, so that the minimum is finite; 16 real rows and 48 synthetic
        // ones, whose labels differ.
        var random = SeededRandom.Create(new NoiseKey(2), "features");
        var weights = (Real: (float)(lambda * 64 / 16), Synthetic: (float)((1 - lambda) * 64 / 48));
        var rows = Enumerable.Range(0, 64).Select(i => new FeatureRow
        {
            Features = [random.Normal(), random.Normal(), random.Normal()],
            Label = random.Chance(i < 16 ? 0.8 : 0.2) ? "a" : random.Chance(0.5) ? "b" : "c",
            ExampleWeight = i < 16 ? weights.Real : weights.Synthetic,
        }).ToList();
        var view = ml.Data.LoadFromEnumerable(rows);
        var keyed = ml.Transforms.Conversion.MapValueToKey(
            "Key", "Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(view).Transform(view);

        (double Own, double Unweighted) GradientsAtEnd(string? weightColumn)
        {
            var model = ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(
                "Key", "Features", weightColumn, l1Regularization: 0, l2Regularization: 0, optimizationTolerance: 1e-9f)
                .Fit(keyed).Model;
            VBuffer<float>[]? found = null;
            model.GetWeights(ref found, out var classes);
            using var scope = NewDisposeScope();
            double[] parameters = [.. Enumerable.Range(0, classes)
                .SelectMany(c => found!.ElementAt(c).DenseValues().Append(model.GetBiases().ElementAt(c)))
                    .Select(value => (double)value)];
            var features = tensor(rows.SelectMany(row => row.Features.Append(1f)).Select(value => (double)value)
                .ToArray(), [64, 4]);
            var targets = nn.functional.one_hot(tensor(rows.Select(row => (long)(row.Label[0] - 'a')).ToArray()), 3)
                .to(ScalarType.Float64);
            double LargestGradient(Func<Tensor, Tensor> combine)
            {
                var at = tensor(parameters, [3, 4], requires_grad: true);
                combine(RealSyntheticLoss.CrossEntropies(features.matmul(at.t()), targets)).backward();
                return at.grad!.abs().max().item<double>();
            }
            return (LargestGradient(
                losses => RealSyntheticLoss.Combine(losses, [.. Enumerable.Range(0, 64).Select(i => i >= 16)], lambda)),
                LargestGradient(losses => losses.mean()));
        }
        var weighted = GradientsAtEnd("ExampleWeight");
        Assert.InRange(weighted.Own, 0, 1e-3);
        Assert.True(weighted.Unweighted > 0.05);
        var unweighted = GradientsAtEnd(null);
        Assert.InRange(unweighted.Unweighted, 0, 1e-3);
        Assert.True(unweighted.Own > 0.05);
    }

    private sealed class FeatureRow
    {
        [VectorType(3)]
        public float[] Features { get; set; } = [];
        public string Label { get; set; } = "";
        public float ExampleWeight { get; set; }
    }

    [Fact]
    public void Where_one_kind_of_rows_is_missing_the_mean_of_the_other_counts()
    {
        using var scope = NewDisposeScope();
        var losses = tensor(new[] { 1f, 3f });
        Assert.Equal(2, RealSyntheticLoss.Combine(losses, [false, false], 0.8).item<float>(), 6);
        Assert.Equal(2, RealSyntheticLoss.Combine(losses, [true, true], 0.8).item<float>(), 6);
        Assert.Equal(0.8 * 1 + 0.2 * 3, RealSyntheticLoss.Combine(losses, [false, true], 0.8).item<float>(), 6);
    }

    private static Tensor GradientOf(Tensor features, Func<Tensor, Tensor> loss)
    {
        var weights = zeros([features.shape[1], Drawings.Classes.Length], ScalarType.Float64, requires_grad: true);
        loss(weights).backward();
        return weights.grad!;
    }
}
