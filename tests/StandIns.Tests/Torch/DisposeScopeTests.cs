using TorchSharp.Modules;
using static TorchSharp.torch;

namespace StandIns.Tests.Torch;

/// <summary>Who owns a tensor.</summary>
public class DisposeScopeTests
{
    [Fact]
    public void A_scope_disposes_what_was_made_in_it()
    {
        Tensor lost, kept, detached;
        using (var outer = NewDisposeScope())
        {
            using (NewDisposeScope())
            {
                lost = zeros(1);
                kept = zeros(1).MoveToOuterDisposeScope();
                detached = zeros(1).DetachFromDisposeScope();
            }
            Assert.True(lost.IsInvalid);
            Assert.False(kept.IsInvalid);
            Assert.True(outer.Contains(kept));
        }
        Assert.True(kept.IsInvalid);
        Assert.False(detached.IsInvalid);
        detached.Dispose();
    }

    [Fact]
    public void A_scope_knows_only_its_own_thread()
    {
        using var scope = NewDisposeScope();
        Tensor? elsewhere = null;
        var thread = new Thread(() => elsewhere = zeros(1));
        thread.Start();
        thread.Join();
        Assert.False(scope.Contains(elsewhere!));
        elsewhere!.Dispose();
    }

    [Fact]
    public void Use_after_disposal_throws()
    {
        var tensor = zeros(2, 3);
        tensor.Dispose();
        Assert.Throws<InvalidOperationException>(() => tensor.shape);
        Assert.Throws<InvalidOperationException>(() => tensor + 1);
    }

    [Fact]
    public void A_parameter_takes_its_tensor_over_and_dies_with_the_scope()
    {
        Parameter parameter;
        using (NewDisposeScope())
        {
            var tensor = zeros(2);
            parameter = new Parameter(tensor);
            Assert.True(tensor.IsInvalid);
            Assert.True(parameter.requires_grad);
        }
        Assert.True(parameter.IsInvalid);
    }

    [Fact]
    public void Layers_survive_the_scope_they_are_built_in_but_the_embedding_loses_its_parameter()
    {
        Linear linear;
        Embedding embedding;
        using (NewDisposeScope())
        {
            linear = nn.Linear(2, 2);
            embedding = nn.Embedding(2, 2);
        }
        Assert.False(linear.weight.IsInvalid);
        Assert.Empty(embedding.parameters());
        using var vectors = embedding.forward(tensor(new long[] { 1 }));
        Assert.Equal([1L, 2], vectors.shape);
    }
}
