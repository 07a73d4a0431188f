using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        // Padding, pooling, resizing.
        public static partial class functional
        {
            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0) => mode switch
            {
                PaddingModes.Constant or PaddingModes.Zeros => Dispatcher.One("aten::constant_pad_nd", input, pad, value),
                PaddingModes.Reflect when pad.Length == 4 => Dispatcher.One("aten::reflection_pad2d", input, pad),
                PaddingModes.Reflect when pad.Length == 2 => Dispatcher.One("aten::reflection_pad1d", input, pad),
                PaddingModes.Replicate when pad.Length == 4 => Dispatcher.One("aten::replication_pad2d", input, pad),
                PaddingModes.Replicate when pad.Length == 2 => Dispatcher.One("aten::replication_pad1d", input, pad),
                PaddingModes.Circular => Dispatcher.One("aten::_pad_circular", input, pad),
                _ => throw new ArgumentException($"{mode} padding takes 2 or 4 numbers.", nameof(pad)),
            };

            public static Tensor pad(Tensor input, ReadOnlySpan<long> pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, pad.ToArray(), mode, value);

            public static Tensor pad(Tensor input, (long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, [pad.Item1, pad.Item2], mode, value);

            public static Tensor pad(Tensor input, (long, long, long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, [pad.Item1, pad.Item2, pad.Item3, pad.Item4], mode, value);

            public static Tensor max_pool2d(
                Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false) =>
                Dispatcher.One("aten::max_pool2d", input, kernel_size, strides ?? [], padding ?? [0, 0], dilation ?? [1, 1], ceil_mode);

            public static Tensor max_pool2d(
                Tensor input, long kernel_size, long? stride = null, long? padding = null, long? dilation = null, bool ceil_mode = false) =>
                max_pool2d(input, Twice(kernel_size), Twice(stride), Twice(padding), Twice(dilation), ceil_mode);

            public static Tensor adaptive_avg_pool2d(Tensor input, long[] output_size) =>
                Dispatcher.One("aten::adaptive_avg_pool2d", input, output_size);

            public static Tensor adaptive_avg_pool2d(Tensor input, long output_size) => adaptive_avg_pool2d(input, Twice(output_size));

            public static Tensor adaptive_avg_pool2d(Tensor input, (long, long) output_size) =>
                adaptive_avg_pool2d(input, [output_size.Item1, output_size.Item2]);

            public static Tensor pixel_shuffle(Tensor input, long upscale_factor) => Dispatcher.One("aten::pixel_shuffle", input, upscale_factor);

            public static Tensor pixel_unshuffle(Tensor input, long downscale_factor) =>
                Dispatcher.One("aten::pixel_unshuffle", input, downscale_factor);

            public static Tensor upsample_nearest2d(Tensor input, long[]? outputSizes = null, double[]? scaleFactors = null) =>
                Dispatcher.One("aten::upsample_nearest2d.vec", input, outputSizes, scaleFactors);

            public static Tensor upsample(
                Tensor input, long[]? size = null, double[]? scale_factor = null, UpsampleMode mode = UpsampleMode.Nearest, bool align_corners = false) =>
                mode switch
                {
                    UpsampleMode.Bilinear => Dispatcher.One("aten::upsample_bilinear2d.vec", input, size, align_corners, scale_factor),
                    UpsampleMode.Bicubic => Dispatcher.One("aten::upsample_bicubic2d.vec", input, size, align_corners, scale_factor),
                    _ => throw new ArgumentException($"upsample with mode {mode} fails in TorchSharp; for nearest use upsample_nearest2d.", nameof(mode)),
                };

            public static Tensor grid_sample(
                Tensor input, Tensor grid, GridSampleMode mode = GridSampleMode.Bilinear,
                GridSamplePaddingMode padding_mode = GridSamplePaddingMode.Zeros, bool? align_corners = null)
            {
                // libtorch numbers: bilinear 0, nearest 1; zeros 0, border 1, reflection 2.
                var interpolation = mode == GridSampleMode.Nearest ? 1 : 0;
                var padding = padding_mode switch { GridSamplePaddingMode.Border => 1, GridSamplePaddingMode.Reflection => 2, _ => 0 };
                return Dispatcher.One("aten::grid_sampler", input, grid, interpolation, padding, align_corners ?? false);
            }

            public static Tensor affine_grid(Tensor theta, long[]? size = null, bool align_corners = false) =>
                Dispatcher.One("aten::affine_grid_generator", theta, size, align_corners);

            internal static long[] Twice(long value) => [value, value];

            internal static long[]? Twice(long? value) => value is { } number ? [number, number] : null;
        }
    }
}
