using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>The functions of native/torch_standin.cpp, in its order.</summary>
internal static unsafe partial class NativeMethods
{
    private const string Library = NativeLibraryLoader.Name;

    static NativeMethods() => NativeLibraryLoader.Register();

    [LibraryImport(Library)] public static partial byte* standin_last_error();
    [LibraryImport(Library)] public static partial byte* standin_version();

    [LibraryImport(Library)] public static partial nint standin_find_operator(byte* name, byte* overload);
    [LibraryImport(Library)] public static partial long standin_call(nint op, NativeValue* arguments, long count, NativeValue** results);

    [LibraryImport(Library)] public static partial void standin_tensor_free(nint tensor);
    [LibraryImport(Library)] public static partial nint standin_tensor_alias(nint tensor);
    [LibraryImport(Library)]
    public static partial nint standin_tensor_from_memory(
        void* data, long* sizes, long dimensions, int dtype, delegate* unmanaged<nint, void> free, nint context);
    [LibraryImport(Library)] public static partial int standin_tensor_dtype(nint tensor);
    [LibraryImport(Library)] public static partial long standin_tensor_numel(nint tensor);
    [LibraryImport(Library)] public static partial long standin_tensor_element_size(nint tensor);
    [LibraryImport(Library)] public static partial int standin_tensor_device_type(nint tensor);
    [LibraryImport(Library)] public static partial int standin_tensor_device_index(nint tensor);
    [LibraryImport(Library)] public static partial int standin_tensor_requires_grad(nint tensor);
    [LibraryImport(Library)] public static partial int standin_tensor_is_leaf(nint tensor);
    [LibraryImport(Library)] public static partial int standin_tensor_is_contiguous(nint tensor);
    [LibraryImport(Library)] public static partial long standin_tensor_sizes(nint tensor, long** sizes);
    [LibraryImport(Library)] public static partial long standin_tensor_strides(nint tensor, long** strides);
    [LibraryImport(Library)] public static partial long standin_tensor_storage_offset(nint tensor);
    [LibraryImport(Library)] public static partial int standin_tensor_data(nint tensor, void** data);

    [LibraryImport(Library)] public static partial int standin_tensor_set_requires_grad(nint tensor, int requiresGrad);
    [LibraryImport(Library)] public static partial int standin_tensor_grad(nint tensor, nint* gradient);
    [LibraryImport(Library)] public static partial int standin_tensor_set_grad(nint tensor, nint gradient);
    [LibraryImport(Library)]
    public static partial int standin_backward(
        nint* tensors, long tensorCount, nint* gradients, long gradientCount, int retainGraph, int createGraph, nint* inputs, long inputCount);
    [LibraryImport(Library)]
    public static partial long standin_grad(
        nint* outputs, long outputCount, nint* inputs, long inputCount, nint* gradients, long gradientCount,
        int retainGraph, int createGraph, int allowUnused, NativeValue** results);
    [LibraryImport(Library)] public static partial int standin_grad_enabled();
    [LibraryImport(Library)] public static partial void standin_set_grad_enabled(int enabled);
    [LibraryImport(Library)] public static partial nint standin_inference_mode_enter(int enabled);
    [LibraryImport(Library)] public static partial void standin_inference_mode_leave(nint guard);

    [LibraryImport(Library)] public static partial nint standin_generator(long deviceType, long deviceIndex, int owned);
    [LibraryImport(Library)] public static partial void standin_generator_free(nint generator);
    [LibraryImport(Library)] public static partial int standin_generator_set_seed(nint generator, ulong seed);
    [LibraryImport(Library)] public static partial ulong standin_generator_current_seed(nint generator);
    [LibraryImport(Library)] public static partial ulong standin_generator_random_seed(nint generator);
    [LibraryImport(Library)] public static partial nint standin_generator_state(nint generator);
    [LibraryImport(Library)] public static partial int standin_generator_set_state(nint generator, nint state);
    [LibraryImport(Library)] public static partial int standin_manual_seed(long seed);

    [LibraryImport(Library)] public static partial int standin_cuda_device_count();
    [LibraryImport(Library)] public static partial int standin_thread_count();
    [LibraryImport(Library)] public static partial int standin_set_thread_count(int count);
    [LibraryImport(Library)] public static partial int standin_interop_thread_count();

    /// <summary>The exception for libtorch's last error on this thread.</summary>
    public static ExternalException LastError() => new(Marshal.PtrToStringUTF8((nint)standin_last_error()));

    /// <summary>Throws when a function has answered with a negative number.</summary>
    public static long Check(long result) => result < 0 ? throw LastError() : result;

    /// <summary>Throws when a function has answered with a null pointer.</summary>
    public static nint CheckPointer(nint result) => result == 0 ? throw LastError() : result;
}
