using TorchSharp;
using static TorchSharp.torch;

namespace StandIns.Tests.Torch;

/// <summary>Values, types, indices, text.</summary>
public class TensorTests
{
    [Fact]
    public void Arithmetic_with_tensors_and_numbers()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new float[] { 1, 2, 4 });
        Assert.Equal([3f, 5f, 9f], (x * 2 + 1).data<float>().ToArray());
        Assert.Equal([4f, 2f, 1f], (4 / x).data<float>().ToArray());
        Assert.Equal([0f, -1f, -3f], (1 - x).data<float>().ToArray());
        Assert.Equal([false, true, true], (x > 1).data<bool>().ToArray());
        Assert.Equal([0f, 0f, 1f], x.div(3, RoundingMode.floor).data<float>().ToArray());
        Assert.Equal([2f, 2f, 3f], x.clamp(2, 3).data<float>().ToArray());
    }

    [Fact]
    public void Types_of_new_tensors()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(ScalarType.Float64, tensor(1.5).dtype);
        Assert.Equal(ScalarType.Int32, tensor(3).dtype);
        Assert.Equal(ScalarType.Int64, arange(5).dtype);
        Assert.Equal(ScalarType.Float32, arange(5.0).dtype);
        Assert.Equal(ScalarType.Int64, full(new long[] { 2 }, 3).dtype);
        Assert.Equal(ScalarType.Float32, full(new long[] { 2 }, 1.5).dtype);
        Assert.Equal(ScalarType.Int64, randint(3, new long[] { 2 }).dtype);
        Assert.Equal(ScalarType.Float32, (tensor(new[] { 1 }) + 1.5).dtype);
    }

    [Fact]
    public void Elements_are_read_in_their_own_type_only()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => tensor(1f).item<double>());
        Assert.Throws<ArgumentException>(() => zeros(2).item<float>());
        Assert.Throws<ArgumentException>(() => zeros(2).data<int>());
        Assert.Equal(1.5f, tensor(1.5).ToSingle());
    }

    [Fact]
    public void Data_follows_the_strides_and_bytes_refuses_them()
    {
        using var scope = NewDisposeScope();
        var transposed = arange(6).reshape(2, 3).t();
        Assert.Equal([0L, 3, 1, 4, 2, 5], transposed.data<long>().ToArray());
        Assert.Equal(4L, transposed.data<long>()[1, 1]);
        Assert.Throws<InvalidOperationException>(() => transposed.bytes.Length);
        Assert.Throws<ArgumentException>(() => zeros(2).bytes = new byte[3]);
    }

    [Fact]
    public void From_array_shares_and_tensor_copies()
    {
        using var scope = NewDisposeScope();
        var array = new float[] { 1, 2 };
        var shared = from_array(array);
        var copied = tensor(array);
        array[0] = 5;
        Assert.Equal(5f, shared[0].item<float>());
        Assert.Equal(1f, copied[0].item<float>());
        Assert.Equal([2L, 2], tensor(new float[,] { { 1, 2 }, { 3, 4 } }).shape);
        Assert.Throws<ArgumentException>(() => tensor(new float[5], [2, 3]));
    }

    [Fact]
    public void Indexing_as_in_Python()
    {
        using var scope = NewDisposeScope();
        var x = arange(24).reshape(2, 3, 4);
        Assert.Equal(23L, x[1, 2, 3].item<long>());
        Assert.Equal([2L, 4], x[TensorIndex.Ellipsis, 1, TensorIndex.Colon].shape);
        Assert.Equal([5L, 6], x[0, 1, TensorIndex.Slice(1, 3)].data<long>().ToArray());
        Assert.Equal([22L, 23], x[x > 21].data<long>().ToArray());
        Assert.Equal([1L, 2, 3, 4], x[TensorIndex.None].shape);
        Assert.Equal([14L, 18, 22], x[TensorIndex.Tensor(tensor(new long[] { 1 })), TensorIndex.Colon, 2].data<long>().ToArray());
        Assert.Equal(3L, arange(5)[^2].item<long>());
        x[TensorIndex.Colon, 0] = tensor(-1L);
        Assert.Equal(-1L, x[1, 0, 3].item<long>());
    }

    [Fact]
    public void Every_operation_gives_a_new_object_even_where_nothing_changes()
    {
        using var scope = NewDisposeScope();
        var x = ones(2);
        foreach (var same in new[] { x.to(ScalarType.Float32), x.cpu(), x.contiguous(), x.detach(), x.reshape(2), x.alias() })
        {
            Assert.NotSame(x, same);
            Assert.NotEqual(x.Handle, same.Handle);
            same.fill_(3);
            Assert.Equal(3f, x[0].item<float>());
        }
        Assert.Same(x, x.mul_(2));
    }

    [Fact]
    public void Seeds_give_the_numbers_of_PyTorch()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        var first = randn(3, generator: generator);
        Assert.Equal(-0.1467951f, first[0].item<float>(), 1e-6f);
        generator.manual_seed(7);
        Assert.True(randn(3, generator: generator).allclose(first));
        Assert.Equal(7, generator.initial_seed());
    }

    [Fact]
    public void Half_precision_and_text()
    {
        using var scope = NewDisposeScope();
        var half = ones(2, 2, dtype: ScalarType.Float16);
        Assert.Equal(8, half.bytes.Length);
        Assert.Equal(8f, (half + half).to(ScalarType.BFloat16).sum().ToSingle());
        Assert.Equal("[2x2], type = Float16, device = cpu", half.ToString());
        Assert.Equal("[0, 1]", arange(2).ToString(TorchSharp.TensorStringStyle.Numpy));
    }
}
