using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>
    /// A reference to a libtorch tensor. It joins the innermost dispose scope of its thread; without a scope it lives until it
    /// is disposed or collected.
    /// </summary>
    public partial class Tensor : IDisposable
    {
        private static long s_totalCount;
        private static long s_peakCount;

        private nint _handle;

        internal Tensor(nint handle)
        {
            if (handle == 0)
                throw new InvalidOperationException("Tensor invalid -- empty handle.");
            _handle = handle;
            var total = Interlocked.Increment(ref s_totalCount);
            if (total > s_peakCount)
                s_peakCount = total;
            DisposeScopeManager.Register(this);
        }

        ~Tensor() => Dispose(false);

        /// <summary>Tensors alive now, on all threads.</summary>
        public static long TotalCount => Interlocked.Read(ref s_totalCount);

        /// <summary>The most tensors that were alive at once.</summary>
        public static long PeakCount => Interlocked.Read(ref s_peakCount);

        /// <summary>The native tensor. Throws once the tensor is disposed.</summary>
        public IntPtr Handle =>
            _handle != 0 ? _handle : throw new InvalidOperationException("Tensor invalid -- empty handle. It was disposed, by hand or by its dispose scope.");

        public bool IsInvalid => _handle == 0;

        internal DisposeScope? OwningDisposeScope { get; set; }

        public static Tensor UnsafeCreateTensor(IntPtr handle) => new(handle);

        public void Dispose()
        {
            OwningDisposeScope?.MarkAsDisposed(this);
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            var handle = Interlocked.Exchange(ref _handle, 0);
            if (handle == 0)
                return;
            Interlocked.Decrement(ref s_totalCount);
            NativeMethods.standin_tensor_free(handle);
        }

        /// <summary>Gives the native tensor away: this object is invalid afterwards.</summary>
        public IntPtr DecoupleFromNativeHandle()
        {
            var handle = Handle;
            OwningDisposeScope?.MarkAsDisposed(this);
            GC.SuppressFinalize(this);
            Interlocked.Decrement(ref s_totalCount);
            _handle = 0;
            return handle;
        }

        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            if (OwningDisposeScope is { } owner)
                owner.MoveToOther(other, this);
            else
                other?.Attach(this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.OwningDisposeScope);

        public bool Equals(Tensor target) => Dispatcher.Boolean("aten::equal", this, target);

        public override bool Equals(object? obj) => obj is Tensor other && Equals(other);

        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
    }
}
