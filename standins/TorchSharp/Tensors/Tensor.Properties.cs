using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Shape, type, device.
    public unsafe partial class Tensor
    {
        public ScalarType dtype => (ScalarType)NativeMethods.standin_tensor_dtype(Handle);

        public DeviceType device_type => (DeviceType)NativeMethods.standin_tensor_device_type(Handle);

        public int device_index => NativeMethods.standin_tensor_device_index(Handle);

        public Device device => new(device_type, device_index);

        public bool is_cuda => device_type == DeviceType.CUDA;

        public bool is_meta => device_type == DeviceType.META;

        public long[] shape
        {
            get
            {
                long* sizes;
                var dimensions = (int)NativeMethods.Check(NativeMethods.standin_tensor_sizes(Handle, &sizes));
                var result = new ReadOnlySpan<long>(sizes, dimensions).ToArray();
                GC.KeepAlive(this);
                return result;
            }
        }

        public long ndim => dim();

        public long Dimensions => dim();

        public long NumberOfElements => numel();

        public long ElementSize => element_size();

        public bool is_leaf => NativeMethods.standin_tensor_is_leaf(Handle) != 0;

        public long dim()
        {
            long* sizes;
            return NativeMethods.Check(NativeMethods.standin_tensor_sizes(Handle, &sizes));
        }

        public long numel() => NativeMethods.Check(NativeMethods.standin_tensor_numel(Handle));

        public long element_size() => NativeMethods.standin_tensor_element_size(Handle);

        public long[] size() => shape;

        public long size(int dim) => shape[dim < 0 ? dim + (int)ndim : dim];

        public long[] stride()
        {
            long* strides;
            var dimensions = (int)NativeMethods.Check(NativeMethods.standin_tensor_strides(Handle, &strides));
            var result = new ReadOnlySpan<long>(strides, dimensions).ToArray();
            GC.KeepAlive(this);
            return result;
        }

        public long stride(int dim) => stride()[dim < 0 ? dim + (int)ndim : dim];

        public long storage_offset() => NativeMethods.Check(NativeMethods.standin_tensor_storage_offset(Handle));

        public bool is_contiguous() => NativeMethods.Check(NativeMethods.standin_tensor_is_contiguous(Handle)) != 0;

        public bool is_cpu() => device_type == DeviceType.CPU;

        public bool is_floating_point() => dtype.IsFloatingPoint();

        public bool is_integral() => dtype.IsIntegral();

        public bool is_complex() => dtype.IsComplex();

        public bool is_nonzero() => Dispatcher.Boolean("aten::is_nonzero", this);
    }
}
