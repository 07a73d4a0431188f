using MLNet.SynthAugment.Evaluation;
using MLNet.SynthAugment.Tests.Support;
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
        var options = new EvaluationOptions { ImageColumnName = "ImagePath", Clip = TinyClip.Save(_fitting.Folder["clip"]), Device = "cpu", BatchSize = 4 };
        var before = Evaluate();
        Assert.Equal(before, Evaluate());

        long Evaluate()
        {
            _fitting.ML.SyntheticImages().Evaluate(view, view, options);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return Tensor.TotalCount;
        }
    }
}
