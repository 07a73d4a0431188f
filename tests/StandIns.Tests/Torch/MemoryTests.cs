using static TorchSharp.torch;

namespace StandIns.Tests.Torch;

/// <summary>Long loops stay in bounded memory. Alone: the other tests use memory of the same process.</summary>
[Collection(Alone)]
public class MemoryTests
{
    private const string Alone = "alone";
    private const int Iterations = 10_000;

    [Fact]
    public void Ten_thousand_iterations_with_gradients_keep_memory_flat()
    {
        using var weight = ones(new long[] { 64, 64 }, requires_grad: true);
        using var input = ones(64, 64);
        // libtorch's pools and the allocator's arenas reach their size within two rounds (measured: +14 MB, then +0.1).
        Run(weight, input, 2 * Iterations);
        var before = ResidentBytes();
        Run(weight, input, Iterations);
        var grown = ResidentBytes() - before;
        // One leaked 64×64 tensor an iteration would be 160 MB.
        Assert.True(grown < 16 * 1024 * 1024, $"Resident memory grew by {grown / 1024.0 / 1024:F1} MB over {Iterations} iterations.");
    }

    [Fact]
    public void Tensors_that_are_forgotten_are_freed_by_the_collector()
    {
        Forget();
        var before = ResidentBytes();
        for (var i = 0; i < 100; i++)
            Forget();
        var grown = ResidentBytes() - before;
        Assert.True(grown < 256 * 1024 * 1024, $"Resident memory grew by {grown / 1024.0 / 1024:F1} MB though 1600 MB were to be freed.");
    }

    private static void Run(Tensor weight, Tensor input, int iterations)
    {
        for (var i = 0; i < iterations; i++)
        {
            using var scope = NewDisposeScope();
            weight.grad = null;
            input.mm(weight).softmax(-1).square().mean().backward();
        }
    }

    // 16 MB without an owner.
    private static void Forget()
    {
        _ = zeros(4 * 1024 * 1024);
        ResidentBytes();
    }

    private static long ResidentBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Environment.WorkingSet;
    }

    [CollectionDefinition(Alone, DisableParallelization = true)]
    public class AloneCollection;
}
