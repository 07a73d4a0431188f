using MLNet.SynthAugment.Classification;
using MLNet.SynthAugment.Tests.Support;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Tests.Classification;

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
        // What an ordinary ML.NET trainer minimises: the mean of weight × cross entropy, here written without this library's loss.
        var expected = GradientOf(features, weights =>
        {
            var losses = nn.functional.cross_entropy(features.matmul(weights), tensor(labels), reduction: nn.Reduction.None);
            return (losses * tensor(rows.Select(row => (double)row.ExampleWeight).ToArray())).sum() / 64;
        });
        var own = GradientOf(features, weights =>
            RealSyntheticLoss.Combine(RealSyntheticLoss.CrossEntropies(features.matmul(weights), targets), [.. rows.Select(row => row.IsSynthetic)], lambda));
        var weighted = GradientOf(features, weights =>
            RealSyntheticLoss.Weighted(RealSyntheticLoss.CrossEntropies(features.matmul(weights), targets), [.. rows.Select(row => row.ExampleWeight)]));

        Assert.True(expected.abs().max().item<double>() > 0.01);
        Assert.InRange((own - expected).abs().max().item<double>(), 0, 1e-6);
        Assert.InRange((weighted - expected).abs().max().item<double>(), 0, 1e-6);
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
