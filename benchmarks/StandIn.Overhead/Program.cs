using System.Diagnostics;
using static TorchSharp.torch;

// What a call costs beside its arithmetic, in µs (median of nine rounds): on the stand-in with -p:PackageMode=standin, on the
// real library with -p:PackageMode=nuget.
Console.WriteLine($"libtorch {__version__}, {get_num_threads()} threads");

using var no = no_grad();
using var a = ones(1);
using var b = ones(1);
Report("add of 1-element tensors, disposed at once", 100_000, () => (a + b).Dispose());
Report("add of a number, disposed at once", 100_000, () => (a + 1.5).Dispose());
Report("shape", 100_000, () => _ = a.shape.Length);
Report("add in a scope of 1,000", 100_000, new InScopes(a, b).Next);

using var image = randn(new long[] { 1, 128, 32, 32 });
using var kernel = randn(new long[] { 128, 128, 3, 3 });
Report("conv2d 128→128 3×3 of 32×32", 20, () => nn.functional.conv2d(image, kernel, padding: [1, 1]).Dispose());
using var matrix = randn(new long[] { 1024, 1024 });
Report("matrix product 1024×1024", 5, () => matrix.mm(matrix).Dispose());

static void Report(string what, int calls, Action call)
{
    var rounds = new double[9];
    for (var round = -2; round < rounds.Length; round++)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < calls; i++)
            call();
        if (round >= 0)
            rounds[round] = Stopwatch.GetElapsedTime(start).TotalMicroseconds / calls;
    }
    Array.Sort(rounds);
    Console.WriteLine($"{rounds[rounds.Length / 2],10:F2} µs  {what}");
}

/// <summary>Leaves its tensors to a dispose scope that it renews every thousand calls.</summary>
internal sealed class InScopes(Tensor a, Tensor b)
{
    private TorchSharp.DisposeScope _scope = NewDisposeScope();
    private int _calls;

    internal void Next()
    {
        if (++_calls % 1000 == 0)
        {
            _scope.Dispose();
            _scope = NewDisposeScope();
        }
        _ = a + b;
    }
}
