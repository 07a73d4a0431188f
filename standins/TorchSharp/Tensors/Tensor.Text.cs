using System.Globalization;
using System.Text;

namespace TorchSharp;

public static partial class torch
{
    // Text for people.
    public partial class Tensor
    {
        // Longer dimensions show their first and last elements.
        private const int EdgeElements = 3;
        private const int LongestDimension = 12;

        public override string ToString() => ToString(TensorStringStyle.Metadata);

        public string ToString(
            TensorStringStyle style, string? fltFormat = null, int? width = null, CultureInfo? cultureInfo = null, string? newLine = null)
        {
            var metadata = $"[{string.Join("x", shape)}], type = {dtype}, device = {device}";
            if (style == TensorStringStyle.Metadata || device_type == DeviceType.META)
                return metadata;
            var culture = cultureInfo ?? CultureInfo.InvariantCulture;
            using var values = detach().to(ScalarType.Float64, CPU);
            var text = new StringBuilder();
            Write(text, values, fltFormat ?? "g5", culture, newLine ?? "\n", 0);
            return style == TensorStringStyle.Numpy ? text.ToString() : $"{metadata}{newLine ?? "\n"}{text}";
        }

        public string ToString(
            bool disamb, string? fltFormat = null, int? width = null, CultureInfo? cultureInfo = null, string? newLine = null) =>
            ToString(disamb ? TensorStringStyle.Julia : TensorStringStyle.Metadata, fltFormat, width, cultureInfo, newLine);

        /// <summary>Nested brackets, rows on lines of their own.</summary>
        private static void Write(StringBuilder text, Tensor values, string format, CultureInfo culture, string newLine, int depth)
        {
            if (values.ndim == 0)
            {
                text.Append(values.item<double>().ToString(format, culture));
                return;
            }
            text.Append('[');
            var length = values.shape[0];
            for (long i = 0; i < length; i++)
            {
                if (i > 0)
                    text.Append(values.ndim > 1 ? "," + newLine + new string(' ', depth + 1) : ", ");
                if (length > LongestDimension && i == EdgeElements)
                {
                    text.Append("..., ");
                    i = length - EdgeElements;
                }
                using var element = values[i];
                Write(text, element, format, culture, newLine, depth + 1);
            }
            text.Append(']');
        }
    }
}
