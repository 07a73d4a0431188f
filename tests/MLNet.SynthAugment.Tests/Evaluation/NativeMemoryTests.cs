using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Evaluation;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Tests.Evaluation;

/// <summary>Tensors are counted for the whole process, so nothing may run beside this test.</summary>
[CollectionDefinition(nameof(NativeMemoryTests), DisableParallelization = true)]
[Collection(nameof(NativeMemoryTests))]
public sealed class NativeMemoryTests : IDisposable
{
    private readonly Fitting _fitting = new();

    public void Dispose() => _fitting.Dispose();

    [Fact]
    public void An_evaluation_leaves_no_tensor_behind()
    {
        var view = _fitting.ML.Data.LoadFromEnumerable(_fitting.WriteShots(6));
        var options = new EvaluationOptions
        {
            ImageColumnName = "ImagePath",
            Clip = TinyClip.Save(_fitting.Folder["clip"]),
            Device = "cpu",
            BatchSize = 4
        };
        // TorchSharp counts a tensor that became a parameter as never freed: loading alone makes the count grow by as
        // much.
        var loading = Growth(() => ClipEncoder.FromFolder(options.Clip.Folder).Dispose());
        Evaluate();
        Assert.Equal(loading, Growth(Evaluate));

        void Evaluate() => _fitting.ML.SyntheticImages().Evaluate(view, view, options);
    }

    private static long Growth(Action action)
    {
        // What earlier tests left to the garbage collector must not be freed in between.
        var before = Count();
        action();
        return Count() - before;
    }

    private static long Count()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }
}
