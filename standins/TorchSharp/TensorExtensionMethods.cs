using System.Globalization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Conversions of one-element tensors to numbers, of numbers to tensors, and text.</summary>
public static class TensorExtensionMethods
{
    public static bool ToBoolean(this Tensor value) => As(value, ScalarType.Bool, tensor => tensor.item<bool>());
    public static byte ToByte(this Tensor value) => As(value, ScalarType.Byte, tensor => tensor.item<byte>());
    public static sbyte ToSByte(this Tensor value) => As(value, ScalarType.Int8, tensor => tensor.item<sbyte>());
    public static short ToInt16(this Tensor value) => As(value, ScalarType.Int16, tensor => tensor.item<short>());
    public static int ToInt32(this Tensor value) => As(value, ScalarType.Int32, tensor => tensor.item<int>());
    public static long ToInt64(this Tensor value) => As(value, ScalarType.Int64, tensor => tensor.item<long>());
    public static Half ToHalf(this Tensor value) => As(value, ScalarType.Float16, tensor => tensor.item<Half>());
    public static float ToSingle(this Tensor value) => As(value, ScalarType.Float32, tensor => tensor.item<float>());
    public static double ToDouble(this Tensor value) => As(value, ScalarType.Float64, tensor => tensor.item<double>());

    public static Parameter AsParameter(this Tensor tensor) => new(tensor);

    public static int ElementSize(this ScalarType type) => type switch
    {
        ScalarType.Byte or ScalarType.Int8 or ScalarType.Bool => 1,
        ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
        ScalarType.Int32 or ScalarType.Float32 => 4,
        ScalarType.Int64 or ScalarType.Float64 or ScalarType.ComplexFloat32 => 8,
        ScalarType.ComplexFloat64 => 16,
        _ => throw new NotImplementedException(),
    };

    public static long TotalSize(this IEnumerable<long> shape) => shape.Aggregate(1L, (product, length) => product * length);

    public static ReadOnlySpan<int> IntShape(this Tensor tensor) => Array.ConvertAll(tensor.shape, length => (int)length);

    public static Tensor ToTensor<T>(this T scalar, Device? device = null, bool requires_grad = false) where T : struct
    {
        using var one = from_array(new[] { scalar }, device);
        return one.reshape([]).clone().requires_grad_(requires_grad);
    }

    public static string metastr(this Tensor tensor) => tensor.ToString(TensorStringStyle.Metadata);

    public static string str(
        this Tensor tensor, string? fltFormat = null, int? width = null, string? newLine = null, CultureInfo? cultureInfo = null,
        TensorStringStyle style = TensorStringStyle.Default) => tensor.ToString(style, fltFormat, width, cultureInfo, newLine);

    private static T As<T>(Tensor value, ScalarType type, Func<Tensor, T> read)
    {
        using var converted = value.to(type);
        return read(converted);
    }
}
