using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>What a <see cref="NativeValue"/> holds. Mirrors ValueTag in native/torch_standin.h.</summary>
internal enum ValueTag
{
    Default = 0,
    Tensor = 1,
    Int = 2,
    Double = 3,
    Bool = 4,
    IntList = 5,
    TensorList = 6,
    OptionalTensors = 7,
    Device = 8,
    Generator = 9,
    String = 10,
    DoubleList = 11,
    None = 12,
}

/// <summary>An operator's argument or result as native code sees it. Mirrors Value in native/torch_standin.h.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct NativeValue
{
    [FieldOffset(0)] public ValueTag Tag;
    [FieldOffset(4)] public int Length;
    [FieldOffset(8)] public long Integer;
    [FieldOffset(8)] public double Real;
    [FieldOffset(8)] public nint Pointer;
}
