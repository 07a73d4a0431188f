using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

// Tensors over .NET arrays: shared (from_array, frombuffer) or copied.
public static unsafe partial class torch
{
    public static Tensor from_array(Array rawArray, Device? device = null) => from_array(rawArray, null, device);

    public static Tensor from_array(
        Array rawArray, ScalarType? dtype, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        var shared = Shared(rawArray, ScalarTypes.Of(rawArray.GetType().GetElementType()!), Lengths(rawArray), 0);
        return Finish(Converted(shared, dtype, device), requires_grad, names);
    }

    public static Tensor frombuffer(Array rawArray, ScalarType dtype, long count = -1, long offset = 0, bool requires_grad = false)
    {
        var elementSize = Marshal.SizeOf(rawArray.GetType().GetElementType()!);
        var available = (rawArray.LongLength * elementSize - offset) / dtype.ElementSize();
        if (offset < 0 || count > available)
            throw new ArgumentException($"{count} elements of {dtype} from byte {offset} do not fit an array of {rawArray.LongLength * elementSize} bytes.");
        return Finish(Shared(rawArray, dtype, [count < 0 ? available : count], offset), requires_grad);
    }

    private static Tensor Shared(Array array, ScalarType type, long[] shape, long byteOffset)
    {
        var pin = GCHandle.Alloc(array, GCHandleType.Pinned);
        fixed (long* sizes = shape)
        {
            var data = (byte*)pin.AddrOfPinnedObject() + byteOffset;
            var handle = NativeMethods.standin_tensor_from_memory(data, sizes, shape.Length, (int)type, &Unpin, GCHandle.ToIntPtr(pin));
            if (handle != 0)
                return new Tensor(handle);
        }
        pin.Free();
        throw NativeMethods.LastError();
    }

    [UnmanagedCallersOnly]
    private static void Unpin(nint handle) => GCHandle.FromIntPtr(handle).Free();

    private static Tensor Copied<T>(
        ReadOnlySpan<T> values, long[] shape, ScalarType? dtype, Device? device, bool requires_grad, string[]? names = null) where T : unmanaged
    {
        var count = shape.Aggregate(1L, (product, length) => product * length);
        if (count != values.Length)
            throw new ArgumentException($"{values.Length} elements do not make a tensor of shape [{string.Join(", ", shape)}].");
        var tensor = Dispatcher.One("aten::empty.memory_format", shape, ScalarTypes.Of(typeof(T)), Argument.Default, CPU);
        if (count > 0)
            values.CopyTo(new Span<T>(tensor.DataPointer(), values.Length));
        return Finish(Converted(tensor, dtype, device), requires_grad, names);
    }

    private static T[] Flat<T>(Array array) where T : unmanaged
    {
        var flat = new T[array.Length];
        MemoryMarshal.Cast<byte, T>(MemoryMarshal.CreateReadOnlySpan(
            ref MemoryMarshal.GetArrayDataReference(array), array.Length * Unsafe.SizeOf<T>())).CopyTo(flat);
        return flat;
    }

    private static long[] Lengths(Array array) => [.. Enumerable.Range(0, array.Rank).Select(array.GetLongLength)];
}
