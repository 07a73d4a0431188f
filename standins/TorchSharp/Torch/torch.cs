using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>The functions and types of PyTorch, under its names.</summary>
public static partial class torch
{
    public const TensorStringStyle julia = TensorStringStyle.Julia;
    public const TensorStringStyle numpy = TensorStringStyle.Numpy;
    public const TensorStringStyle csharp = TensorStringStyle.CSharp;

    public static ScalarType uint8 = ScalarType.Byte;
    public static ScalarType int8 = ScalarType.Int8;
    public static ScalarType int16 = ScalarType.Int16;
    public static ScalarType int32 = ScalarType.Int32;
    public static ScalarType int64 = ScalarType.Int64;
    public static ScalarType float16 = ScalarType.Float16;
    public static ScalarType float32 = ScalarType.Float32;
    public static ScalarType float64 = ScalarType.Float64;
    public static ScalarType bfloat16 = ScalarType.BFloat16;
    public static ScalarType @bool = ScalarType.Bool;
    public static ScalarType @short = ScalarType.Int16;
    public static ScalarType @int = ScalarType.Int32;
    public static ScalarType @long = ScalarType.Int64;
    public static ScalarType half = ScalarType.Float16;
    public static ScalarType @double = ScalarType.Float64;

    public static readonly Device CPU = new(DeviceType.CPU);
    public static readonly Device META = new(DeviceType.META);

    private static ScalarType s_defaultType = ScalarType.Float32;
    private static Device? s_defaultDevice;

    public static Device CUDA => InitializeDevice(new Device(DeviceType.CUDA, 0));

    public static unsafe string __version__ => Marshal.PtrToStringUTF8((nint)NativeMethods.standin_version())!;

    public static TensorStringStyle TensorStringStyle { get; set; } = TensorStringStyle.Julia;

    public static DisposeScope? CurrentDisposeScope => DisposeScopeManager.OfThread.Current;

    public static DisposeScope NewDisposeScope() => DisposeScopeManager.OfThread.Enter();

    public static Tensor WrappedTensorDisposeScope(Func<Tensor> expr)
    {
        using var scope = NewDisposeScope();
        return expr().MoveToOuterDisposeScope();
    }

    public static ScalarType get_default_dtype() => s_defaultType;

    public static void set_default_dtype(ScalarType dtype) => s_defaultType = dtype;

    public static Device get_default_device() => s_defaultDevice ?? CPU;

    public static void set_default_device(Device device) => s_defaultDevice = device;

    public static void set_default_device(string device) => s_defaultDevice = new Device(device);

    public static Device device(string description) => new(description);

    public static Device device(string deviceType, int index = -1) => new(deviceType, index);

    public static Device device(DeviceType deviceType, int index = -1) => new(deviceType, index);

    public static Device device(int index) => new(index);

    public static void InitializeDeviceType(DeviceType deviceType)
    {
        if (!TryInitializeDeviceType(deviceType))
            throw new InvalidOperationException($"Torch device type {deviceType} did not initialise on the current machine: libtorch finds no such device.");
    }

    public static bool TryInitializeDeviceType(DeviceType deviceType) => deviceType != DeviceType.CUDA || cuda.is_available();

    public static Device InitializeDevice(Device? device)
    {
        device ??= get_default_device();
        InitializeDeviceType(device.type);
        return device;
    }

    /// <summary>The device of a new tensor; null where libtorch's default will do.</summary>
    private static Device? Placement(Device? device)
    {
        device ??= s_defaultDevice;
        return device is null ? null : InitializeDevice(device);
    }

    public static bool cuda_is_available() => cuda.is_available();

    public static int get_num_threads() => NativeMethods.standin_thread_count();

    public static void set_num_threads(int num) => NativeMethods.Check(NativeMethods.standin_set_thread_count(num));

    public static int get_num_interop_threads() => NativeMethods.standin_interop_thread_count();

    public static bool is_floating_point(ScalarType type) => type.IsFloatingPoint();

    public static bool is_floating_point(Tensor input) => input.is_floating_point();

    public static bool is_integral(ScalarType type) => type.IsIntegral();

    public static bool is_integral(Tensor t) => t.is_integral();

    public static bool is_complex(ScalarType type) => type.IsComplex();

    public static bool is_complex(Tensor input) => input.is_complex();
}
