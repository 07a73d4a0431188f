using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace StandIns.Tests.Torch;

/// <summary>Layers' starting values, optimisers and schedules against the real library's results (version 0.107, libtorch 2.10).</summary>
[Collection("default generator")]
public class OptimizerTests
{
    private const double Tolerance = 2e-5;

    [Fact]
    public void Layers_start_with_the_numbers_of_the_real_library()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        using var linear = nn.Linear(3, 2);
        using var conv = nn.Conv2d(2, 2, 3L);
        using var embedding = nn.Embedding(3, 2);
        Assert.Equal(-2.3621004, linear.weight.sum().ToDouble(), Tolerance);
        Assert.Equal(0.59532344, linear.bias!.sum().ToDouble(), Tolerance);
        Assert.Equal(-1.734283, conv.weight.sum().ToDouble(), Tolerance);
        Assert.Equal(0.06396984, conv.bias!.sum().ToDouble(), Tolerance);
        Assert.Equal(0.7125437, embedding.weight!.sum().ToDouble(), Tolerance);
    }

    [Theory]
    [InlineData("SGD", 0.63470, 1.38853)]
    [InlineData("Adam", -0.35661, 1.13019)]
    [InlineData("AdamW", -0.46863, 1.12624)]
    [InlineData("AMSGrad", -0.47378, 1.13979)]
    public void Five_steps_end_where_the_real_library_ends(string kind, double weight, double bias)
    {
        manual_seed(1);
        using var linear = nn.Linear(4, 3);
        using var inputs = randn(5, 4);
        using var targets = ones(5, 3);
        using var optimizer = Create(kind, linear);
        for (var step = 0; step < 5; step++)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            nn.functional.mse_loss(linear.forward(inputs), targets).backward();
            optimizer.step();
        }
        using var sums = NewDisposeScope();
        Assert.Equal(weight, linear.weight.sum().ToDouble(), Tolerance);
        Assert.Equal(bias, linear.bias!.sum().ToDouble(), Tolerance);
    }

    [Theory]
    [InlineData("Step", new[] { 1, 1, 0.1, 0.1, 0.01 })]
    [InlineData("Cosine", new[] { 1, 0.8536, 0.5, 0.1464, 0 })]
    [InlineData("Linear", new[] { 0.1, 0.4, 0.7, 1, 1 })]
    [InlineData("Constant", new[] { 0.5, 0.5, 1, 1, 1 })]
    [InlineData("Exponential", new[] { 1, 0.5, 0.25, 0.125, 0.0625 })]
    [InlineData("MultiStep", new[] { 1, 0.1, 0.1, 0.01, 0.01 })]
    [InlineData("Lambda", new[] { 1, 0.5, 0.3333, 0.25, 0.2 })]
    public void Learning_rates_by_epoch(string kind, double[] expected)
    {
        using var linear = nn.Linear(1, 1);
        using var optimizer = optim.SGD(linear.parameters(), 1.0);
        var scheduler = Create(kind, optimizer);
        foreach (var rate in expected)
        {
            Assert.Equal(rate, optimizer.ParamGroups.Single().LearningRate, 1e-4);
            scheduler.step();
        }
    }

    [Fact]
    public void Clipping_scales_all_gradients_together()
    {
        using var scope = NewDisposeScope();
        using var linear = nn.Linear(2, 3);
        linear.forward(ones(1, 2)).sum().backward();
        Assert.Equal(3, nn.utils.clip_grad_norm_(linear.parameters(), 1), 1e-6);
        Assert.Equal(0.8164963, linear.weight.grad!.norm().ToDouble(), 1e-5);
    }

    private static optim.Optimizer Create(string kind, Linear linear) => kind switch
    {
        "SGD" => optim.SGD(linear.parameters(), 0.1, 0.9, 0, 0.01),
        "Adam" => optim.Adam(linear.parameters(), 0.1, weight_decay: 0.1),
        "AdamW" => optim.AdamW(linear.parameters(), 0.1, weight_decay: 0.1),
        _ => optim.AdamW(linear.parameters(), 0.1, amsgrad: true),
    };

    private static optim.lr_scheduler.LRScheduler Create(string kind, optim.Optimizer optimizer) => kind switch
    {
        "Step" => optim.lr_scheduler.StepLR(optimizer, 2),
        "Cosine" => optim.lr_scheduler.CosineAnnealingLR(optimizer, 4),
        "Linear" => optim.lr_scheduler.LinearLR(optimizer, 0.1, 1.0, 3),
        "Constant" => optim.lr_scheduler.ConstantLR(optimizer, 0.5, 2),
        "Exponential" => optim.lr_scheduler.ExponentialLR(optimizer, 0.5),
        "MultiStep" => optim.lr_scheduler.MultiStepLR(optimizer, [1, 3]),
        _ => optim.lr_scheduler.LambdaLR(optimizer, epoch => 1.0 / (epoch + 1)),
    };
}
