using TorchSharp.Interop;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    // Elements to and from .NET.
    public unsafe partial class Tensor
    {
        /// <summary>The memory of a contiguous CPU tensor; setting copies.</summary>
        public Span<byte> bytes
        {
            get
            {
                if (!is_contiguous())
                    throw new InvalidOperationException("Bytes() called on non-contiguous tensor.");
                return new Span<byte>(DataPointer(), checked((int)(numel() * element_size())));
            }
            set
            {
                var target = bytes;
                if (value.Length != target.Length)
                    throw new ArgumentException($"Mismatched data sizes in Tensor.bytes: {value.Length} bytes for a tensor of {target.Length}.");
                value.CopyTo(target);
            }
        }

        /// <summary>The elements in order of their indices, whatever the strides.</summary>
        public TensorAccessor<T> data<T>() where T : unmanaged
        {
            if (ScalarTypes.Of(typeof(T)) != dtype)
                throw new ArgumentException($"{typeof(T).Name} is not compatible with {dtype}: read the elements in their own type, or convert the tensor first.");
            return new TensorAccessor<T>(this);
        }

        public T item<T>() where T : unmanaged
        {
            if (numel() != 1)
                throw new ArgumentException($"item needs a tensor of one element; this one has {numel()}.");
            using var copy = is_cpu() ? null : cpu();
            // The accessor holds the tensor, and with it its graph, until it is disposed.
            using var values = (copy ?? this).data<T>();
            return values[0];
        }

        public Scalar ToScalar()
        {
            using var real = to(ScalarType.Float64);
            using var integer = to(ScalarType.Int64);
            return dtype switch
            {
                ScalarType.Bool => new Scalar(integer.item<long>(), ScalarType.Bool),
                _ when is_floating_point() => new Scalar(real.item<double>(), ScalarType.Float64),
                _ => new Scalar(integer.item<long>(), ScalarType.Int64),
            };
        }

        public float ReadCpuSingle(long i) => ReadCpuValue<float>(i);

        public double ReadCpuDouble(long i) => ReadCpuValue<double>(i);

        public int ReadCpuInt32(long i) => ReadCpuValue<int>(i);

        public long ReadCpuInt64(long i) => ReadCpuValue<long>(i);

        public byte ReadCpuByte(long i) => ReadCpuValue<byte>(i);

        public bool ReadCpuBool(long i) => ReadCpuValue<bool>(i);

        public T ReadCpuValue<T>(long i) where T : unmanaged
        {
            using var flat = reshape(-1);
            using var values = flat.data<T>();
            return values[i];
        }

        /// <summary>Writes the elements in bulk, without their type or shape.</summary>
        public void WriteBytesToStream(Stream stream, int bufferSize = 1024)
        {
            using var source = cpu();
            using var packed = source.contiguous();
            stream.Write(packed.bytes);
        }

        /// <summary>Fills a contiguous CPU tensor from a stream.</summary>
        public void ReadBytesFromStream(Stream stream, int bufferSize = 1024) => stream.ReadExactly(bytes);

        internal void* DataPointer()
        {
            if (!is_cpu())
                throw new InvalidOperationException("Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
            void* pointer;
            NativeMethods.Check(NativeMethods.standin_tensor_data(Handle, &pointer));
            return pointer;
        }
    }
}
