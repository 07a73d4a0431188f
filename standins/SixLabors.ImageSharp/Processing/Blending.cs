using System.Numerics;

namespace SixLabors.ImageSharp.Processing;

/// <summary>"Source over" of Porter and Duff (1984) on colours that are not premultiplied.</summary>
internal static class Blending
{
    internal static Vector4 Over(Vector4 foreground, Vector4 background)
    {
        var alpha = foreground.W + background.W * (1 - foreground.W);
        if (alpha == 0)
            return Vector4.Zero;
        var color = foreground.AsVector3() * foreground.W + background.AsVector3() * (background.W * (1 - foreground.W));
        return new Vector4(color / alpha, alpha);
    }
}
