namespace TorchSharp;

public static partial class torch
{
    /// <summary>One index of a tensor: a position, a range, a new dimension, the rest of the dimensions, or a tensor.</summary>
    public struct TensorIndex
    {
        public static TensorIndex None = new() { Type = Kind.None };
        public static TensorIndex Null = new() { Type = Kind.None };
        public static TensorIndex Ellipsis = new() { Type = Kind.Ellipsis };
        public static TensorIndex Colon = new() { Type = Kind.Slice };

        internal enum Kind
        {
            None,
            Ellipsis,
            Slice,
            Single,
            Tensor,
        }

        internal Kind Type { get; private init; }

        internal long Position { get; private init; }

        internal long? Start { get; private init; }

        internal long? Stop { get; private init; }

        internal long? Step { get; private init; }

        internal Tensor? Indices { get; private init; }

        public static implicit operator TensorIndex(long value) => Single(value);

        public static implicit operator TensorIndex(Index index) => Single(index.IsFromEnd ? -index.Value : index.Value);

        public static implicit operator TensorIndex(Range range) => Slice(range);

        public static implicit operator TensorIndex((int? start, int? end) range) => Slice(range);

        public static TensorIndex Single(long? index) => index is { } position ? new() { Type = Kind.Single, Position = position } : None;

        public static TensorIndex Tensor(Tensor tensor) => new() { Type = Kind.Tensor, Indices = tensor };

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) =>
            new() { Type = Kind.Slice, Start = start, Stop = stop, Step = step };

        public static TensorIndex Slice((int? start, int? end) range) => Slice(range.start, range.end);

        public static TensorIndex Slice(Range range) => Slice(
            range.Start.IsFromEnd ? -range.Start.Value : range.Start.Value,
            !range.End.IsFromEnd ? range.End.Value : range.End.Value == 0 ? null : -range.End.Value);
    }
}
