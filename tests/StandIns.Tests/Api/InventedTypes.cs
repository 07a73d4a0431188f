#pragma warning disable IDE0130 // the namespaces are those of the invented API lists
namespace Invented
{
    public enum Shade
    {
        Light,
        Dark,
    }

    public delegate Shape Shaper<T>(T material, int count);

    public abstract class Shape : IDisposable
    {
        public const string Unit = "cm";

        protected Shape(int sides) => Sides = sides;

        public event EventHandler<EventArgs>? Moved;

        public int Sides { get; protected set; }

        public int? Corner { get; init; }

        public string? this[int index] => index > Sides ? null : Unit;

        public static bool operator ==(Shape left, Shape right) => ReferenceEquals(left, right);

        public static bool operator !=(Shape left, Shape right) => !ReferenceEquals(left, right);

        public static (int first, string? second) Split<T>(params T[] items)
            where T : class, IDisposable, new()
            => (items.Length, null);

        public abstract float Area(float scale = 1.5f, Shade shade = Shade.Dark, string? note = null);

        public void Measure(out int width, ref long height, in double depth) => width = (int)(height + depth);

        public override bool Equals(object? obj) => ReferenceEquals(this, obj);

        public override int GetHashCode() => Sides;

        public void Dispose() => Moved?.Invoke(this, EventArgs.Empty);

        internal void HiddenFromTheList()
        {
        }
    }

    public class Square : Shape
    {
        public Square()
            : base(4)
        {
        }

        public override float Area(float scale = 1.5f, Shade shade = Shade.Dark, string? note = null) => scale;
    }

    public static class ShapeExtensions
    {
        public static int Twice(this Shape shape, CancellationToken token = default) => token.IsCancellationRequested ? 0 : 2 * shape.Sides;
    }
}

namespace TorchSharp.Invented
{
    public class Blob
    {
        public Blob(double @base = -1e-5) => Base = @base;

        internal double Base { get; }

        public static implicit operator Blob(int value) => new(value);

        public static Blob operator +(Blob left, (long, long)? right) => new(left.Base + (right?.Item1 ?? 0));

        public sealed class Inner<T>
        {
            public Inner(Inner<T>? outer, Blob? blob) => Blob = blob ?? outer?.Blob;

            internal Blob? Blob { get; }
        }
    }
}
