namespace TorchSharp;

public static partial class torch
{
    /// <summary>Neural networks: modules and the functions that make them.</summary>
    public static partial class nn
    {
        public static Modules.AdaptiveAvgPool2d AdaptiveAvgPool2d((long, long) output_size) => new([output_size.Item1, output_size.Item2]);

        public static Modules.AdaptiveAvgPool2d AdaptiveAvgPool2d(long output_size) => new([output_size, output_size]);

        public static Modules.AdaptiveAvgPool2d AdaptiveAvgPool2d(long[] output_size) => new(output_size);

        public static Modules.AvgPool2d AvgPool2d((long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null, bool ceil_mode = false, bool count_include_pad = true, long? divisor_override = null) =>
            new([kernel_size.Item1, kernel_size.Item2], Pair(stride), Pair(padding), ceil_mode, count_include_pad, divisor_override);

        public static Modules.AvgPool2d AvgPool2d(long kernel_size, long? stride = null, long? padding = null, bool ceil_mode = false, bool count_include_pad = true, long? divisor_override = null) =>
            new([kernel_size, kernel_size], functional.Twice(stride), functional.Twice(padding), ceil_mode, count_include_pad, divisor_override);

        public static Modules.AvgPool2d AvgPool2d(long[] kernel_size, long[]? stride = null, long[]? padding = null, bool ceil_mode = false, bool count_include_pad = true, long? divisor_override = null) =>
            new(kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override);

        public static Modules.BatchNorm2d BatchNorm2d(long num_features, double eps = 1E-05, double momentum = 0.1, bool affine = true, bool track_running_stats = true, Device? device = null, ScalarType? dtype = null) =>
            new(num_features, eps, momentum, affine, track_running_stats, device, dtype);

        public static Modules.Conv2d Conv2d(long in_channels, long out_channels, (long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null, (long, long)? dilation = null, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
            new(in_channels, out_channels, [kernel_size.Item1, kernel_size.Item2], Pair(stride, 1), Pair(padding, 0), false, Pair(dilation, 1), padding_mode, groups, bias, device, dtype);

        public static Modules.Conv2d Conv2d(long in_channels, long out_channels, (long, long) kernel_size, Padding padding, (long, long)? stride = null, (long, long)? dilation = null, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
            new(in_channels, out_channels, [kernel_size.Item1, kernel_size.Item2], Pair(stride, 1), [0, 0], padding == TorchSharp.Padding.Same, Pair(dilation, 1), padding_mode, groups, bias, device, dtype);

        public static Modules.Conv2d Conv2d(long in_channels, long out_channels, long kernel_size, Padding padding, long stride = 1, long dilation = 1, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
            new(in_channels, out_channels, [kernel_size, kernel_size], [stride, stride], [0, 0], padding == TorchSharp.Padding.Same, [dilation, dilation], padding_mode, groups, bias, device, dtype);

        public static Modules.Conv2d Conv2d(long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0, long dilation = 1, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
            new(in_channels, out_channels, [kernel_size, kernel_size], [stride, stride], [padding, padding], false, [dilation, dilation], padding_mode, groups, bias, device, dtype);

        public static Modules.ConvTranspose2d ConvTranspose2d(long in_channels, long out_channels, (long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null, (long, long)? output_padding = null, (long, long)? dilation = null, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
            new(in_channels, out_channels, [kernel_size.Item1, kernel_size.Item2], Pair(stride, 1), Pair(padding, 0), Pair(output_padding, 0), Pair(dilation, 1), groups, bias, device, dtype);

        public static Modules.ConvTranspose2d ConvTranspose2d(long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0, long output_padding = 0, long dilation = 1, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
            new(in_channels, out_channels, [kernel_size, kernel_size], [stride, stride], [padding, padding], [output_padding, output_padding], [dilation, dilation], groups, bias, device, dtype);

        public static Modules.CrossEntropyLoss CrossEntropyLoss(Tensor? weight = null, long? ignore_index = null, Reduction reduction = Reduction.Mean) =>
            new(weight, ignore_index, reduction);

        public static Modules.Dropout Dropout(double p = 0.5, bool inplace = false) => new(p, inplace);

        public static Modules.Dropout2d Dropout2d(double p = 0.5, bool inplace = false) => new(p, inplace);

        public static Modules.Embedding Embedding(long num_embeddings, long embedding_dims, long? padding_idx = null, double? max_norm = null, double norm_type = 2, bool scale_grad_by_freq = false, bool sparse = false, Device? device = null, ScalarType? dtype = null) =>
            new(num_embeddings, embedding_dims, padding_idx, device, dtype);

        public static Modules.Flatten Flatten(long start_dim = 1, long end_dim = -1) => new(start_dim, end_dim);

        public static Modules.GELU GELU() => new();

        public static Modules.GroupNorm GroupNorm(long num_groups, long num_channels, double eps = 1E-05, bool affine = true, Device? device = null, ScalarType? dtype = null) =>
            new(num_groups, num_channels, eps, affine, device, dtype);

        public static Modules.HuberLoss HuberLoss(double delta = 1, Reduction reduction = Reduction.Mean) => new(delta, reduction);

        public static Modules.Identity Identity() => new();

        public static Modules.L1Loss L1Loss(Reduction reduction = Reduction.Mean) => new(reduction);

        public static Modules.LayerNorm LayerNorm(long normalized_shape, double eps = 1E-05, bool elementwise_affine = true, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
            new([normalized_shape], eps, elementwise_affine, bias, device, dtype);

        public static Modules.LayerNorm LayerNorm(long[] normalized_shape, double eps = 1E-05, bool elementwise_affine = true, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
            new(normalized_shape, eps, elementwise_affine, bias, device, dtype);

        public static Modules.LeakyReLU LeakyReLU(double negative_slope = 0.01, bool inplace = false) => new(negative_slope, inplace);

        public static Modules.Linear Linear(long inputSize, long outputSize, bool hasBias = true, Device? device = null, ScalarType? dtype = null) =>
            new(inputSize, outputSize, hasBias, device, dtype);

        public static Modules.MSELoss MSELoss(Reduction reduction = Reduction.Mean) => new(reduction);

        public static Modules.MaxPool2d MaxPool2d((long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null, (long, long)? dilation = null, bool ceil_mode = false) =>
            new([kernel_size.Item1, kernel_size.Item2], Pair(stride), Pair(padding), Pair(dilation), ceil_mode);

        public static Modules.MaxPool2d MaxPool2d(long kernel_size, long? stride = null, long? padding = null, long? dilation = null, bool ceil_mode = false) =>
            new([kernel_size, kernel_size], functional.Twice(stride), functional.Twice(padding), functional.Twice(dilation), ceil_mode);

        public static Modules.MaxPool2d MaxPool2d(long[] kernel_size, long[]? stride = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false) =>
            new(kernel_size, stride, padding, dilation, ceil_mode);

        public static Modules.ModuleDict<Module> ModuleDict(params (string, Module)[] modules) => Modules.ModuleDict<Module>.Of(modules);

        public static Modules.ModuleList<Module> ModuleList(params Module[] modules) => new(modules);

        public static Modules.Parameter Parameter(Tensor data, bool requires_grad = true) => new(data, requires_grad);

        public static Modules.PixelShuffle PixelShuffle(long upscale_factor) => new(upscale_factor);

        public static Modules.PixelUnshuffle PixelUnshuffle(long downscale_factor) => new(downscale_factor);

        public static Modules.ReLU ReLU(bool inplace = false) => new(inplace);

        public static Modules.SiLU SiLU() => new();

        public static Modules.Sigmoid Sigmoid() => new();

        public static Modules.Softmax Softmax(long dim) => new(dim);

        public static Modules.Tanh Tanh() => new();

        public static Modules.ModuleList<T> ModuleList<T>(params T[] modules) where T : Module => new(modules);

        public static Modules.ModuleDict<T> ModuleDict<T>(params (string, T)[] modules) where T : Module => Modules.ModuleDict<T>.Of(modules);

        public static Modules.Sequential Sequential() => Modules.Sequential.Of([]);

        public static Modules.Sequential Sequential(params Module<Tensor, Tensor>[] modules) =>
            Modules.Sequential.Of(modules.Select((module, index) => (index.ToString(), module)));

        public static Modules.Sequential Sequential(IEnumerable<Module<Tensor, Tensor>> modules) => Sequential(modules.ToArray());

        public static Modules.Sequential Sequential(params (string name, Module<Tensor, Tensor> submodule)[] modules) =>
            Modules.Sequential.Of(modules);

        public static Modules.Sequential Sequential(IEnumerable<(string name, Module<Tensor, Tensor> submodule)> modules) =>
            Modules.Sequential.Of(modules);

        private static long[] Pair((long, long)? values, long otherwise) =>
            values is { } pair ? [pair.Item1, pair.Item2] : [otherwise, otherwise];

        private static long[]? Pair((long, long)? values) => values is { } pair ? [pair.Item1, pair.Item2] : null;
    }
}
